"""Which tools of a server are read-only, as declared or by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mcptui.model.runtime import JsonObject, Listed
from mcptui.protocol.annotations import effect, is_read_only

#: First words of the names of read-only tools; used only for a tool without annotations.
_READING: Final = re.compile(
    r"(ask|check|count|describe|diff|fetch|find|get|head|inspect|list|lookup|query|read|resolve|search|show|stat|view)"
    r"(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class ToolFact:
    """One tool by its server's own name; ``reads`` is whether it only reads, ``note`` who says so."""

    name: str
    reads: bool
    note: str


def tool_facts(listed: Listed, server: str) -> tuple[ToolFact, ...]:
    """The tools of ``server`` in ``listed``."""
    found = []
    for tool in listed.tools:
        owner = listed.owners[str(tool["name"])]
        if owner[0] == server:
            found.append(_fact(owner[1], tool))
    return tuple(found)


def _fact(name: str, tool: JsonObject) -> ToolFact:
    if declared := effect(tool):
        is_reading = is_read_only(tool)
        return ToolFact(name, is_reading, f"{declared} (declared)" if is_reading else declared)
    # camelCase has its word boundary at the capital.
    reads = _READING.match(name[:1].lower() + name[1:]) is not None
    return ToolFact(name, reads, "read-only (by name)" if reads else "")
