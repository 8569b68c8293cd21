"""What a server declares about the effects of a tool: claims, which nothing here proves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def hints_of(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    """The annotations of a tool; none where they are missing or no object."""
    found = tool.get("annotations")
    return found if isinstance(found, dict) else {}


def is_read_only(tool: Mapping[str, Any]) -> bool:
    """Whether a tool is declared to change nothing."""
    return hints_of(tool).get("readOnlyHint") is True


def effect(tool: Mapping[str, Any]) -> str:
    """What a tool is declared to do to data, in a word; empty where nothing is declared.

    ``destructiveHint`` counts for tools that are not read-only, and is true unless it says otherwise (schema
    2025-06-18, ToolAnnotations).
    """
    hints = hints_of(tool)
    if is_read_only(tool):
        return "read-only"
    if hints.get("destructiveHint") is False:
        return "writes"
    return "destructive" if hints.get("destructiveHint") is True or hints.get("readOnlyHint") is False else ""
