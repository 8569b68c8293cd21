"""What a tool is declared to do, in a word."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol.annotations import effect, hints_of, is_read_only


@pytest.mark.parametrize(
    ("annotations", "word"),
    [
        ({"readOnlyHint": True}, "read-only"),
        ({"readOnlyHint": True, "destructiveHint": True}, "read-only"),
        ({"readOnlyHint": False}, "destructive"),
        ({"readOnlyHint": False, "destructiveHint": True}, "destructive"),
        ({"readOnlyHint": False, "destructiveHint": False}, "writes"),
        ({"destructiveHint": True}, "destructive"),
        ({"destructiveHint": False}, "writes"),
        # What is no answer does not count.
        ({"readOnlyHint": "yes", "destructiveHint": 1}, ""),
        ({"title": "Drop"}, ""),
        ({}, ""),
        ("odd", ""),
        (None, ""),
    ],
)
def test_the_effect_of_a_tool(annotations: Any, word: str) -> None:
    tool = {"name": "drop", "annotations": annotations}
    assert effect(tool) == word
    assert is_read_only(tool) is (word == "read-only")
    assert hints_of(tool) == (annotations if isinstance(annotations, dict) else {})


def test_a_tool_without_annotations() -> None:
    assert effect({"name": "drop"}) == ""
