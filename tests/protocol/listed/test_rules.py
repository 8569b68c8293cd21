from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol.listed.rules import GONE, flag, list_of, mapping, object_of, one_of, text, when


@pytest.mark.parametrize(
    ("rule", "kept", "refused"),
    [
        (text, ["", "a"], [None, 1, [], {}]),
        (flag, [True, False], [None, 0, 1, "true"]),
        (mapping, [{}, {"a": 1}], [None, [], "{}"]),
        (one_of("a", "b"), ["a"], ["c", None, ["a"]]),
        (when(lambda value: value == 5, "five"), [5], [6, None]),
    ],
)
def test_single_values(rule: Any, kept: list[Any], refused: list[Any]) -> None:
    for value in kept:
        remarks: list[str] = []
        assert rule(value, "at", remarks) is value
        assert remarks == []
    for value in refused:
        remarks = []
        assert rule(value, "at", remarks) is GONE
        assert len(remarks) == 1


def test_entries_and_members_that_break_their_rule_are_left_out() -> None:
    rule = object_of({"names": list_of(text), "title": text})
    remarks: list[str] = []
    assert rule({"names": ["a", None, "b", 5], "title": None, "own": [None]}, "x", remarks) == {
        "names": ["a", "b"],
        "own": [None],
    }
    assert remarks == [
        "x.names[1] is null; left out",
        "x.names[3] is not a text; left out",
        "x.title is null; left out",
    ]


def test_what_keeps_its_rule_is_the_same_object() -> None:
    value = {"names": ["a"], "own": None}
    assert object_of({"names": list_of(text), "title": text})(value, "", []) is value


def test_an_object_without_the_member_that_it_needs_is_left_out() -> None:
    rule = list_of(object_of({"src": text}, needed="src"))
    remarks: list[str] = []
    assert rule([{"src": "a"}, {"src": 5}, {}, None], "icons", remarks) == [{"src": "a"}]
    assert remarks[-2:] == ["icons[2] has no src; left out", "icons[3] is null; left out"]
