"""What tools say about themselves, and what their names say."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.model.runtime import Listed
from mcptui.services.tool_facts import ToolFact, tool_facts


def listed(name: str, annotations: Any = None) -> Listed:
    tool = {"name": f"s__{name}"} | ({} if annotations is None else {"annotations": annotations})
    return Listed(tools=[tool, {"name": "t__other"}], owners={f"s__{name}": ("s", name), "t__other": ("t", "other")})


@pytest.mark.parametrize(
    ("annotations", "reads", "note"),
    [
        ({"readOnlyHint": True}, True, "read-only (declared)"),
        ({"readOnlyHint": True, "destructiveHint": True}, True, "read-only (declared)"),
        ({"readOnlyHint": False}, False, "destructive"),
        ({"readOnlyHint": False, "destructiveHint": False}, False, "writes"),
        # What is no answer does not count; the name decides.
        ({"readOnlyHint": "yes"}, False, ""),
        ({}, False, ""),
        ("odd", False, ""),
        (None, False, ""),
    ],
)
def test_annotations_come_first(annotations: Any, reads: bool, note: str) -> None:
    assert tool_facts(listed("wipe", annotations), "s") == (ToolFact("wipe", reads, note),)


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("get_file", True),
        ("getFile", True),
        ("GetFile", True),
        ("list", True),
        ("search-code", True),
        ("getaway", False),
        ("showcase", False),
        ("forget_file", False),
        ("reading_list_add", False),
        ("", False),
    ],
)
def test_a_name_counts_by_its_whole_first_word(name: str, reads: bool) -> None:
    ((fact),) = tool_facts(listed(name), "s")
    assert (fact.reads, fact.note) == (reads, "read-only (by name)" if reads else "")
