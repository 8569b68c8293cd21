"""Values of keywords, read as they are meant."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema.keywords import is_pattern, pattern_steps, read_keyword, split_dependencies


@pytest.mark.parametrize(
    ("pattern", "is_known"), [("^a+$", True), ("[", False), (r"\p{L}", False), ("(?<year>x)", False), (5, False)]
)
def test_patterns(pattern: Any, is_known: bool) -> None:
    assert is_pattern(pattern) is is_known


def test_classes_of_all_characters_are_more_work() -> None:
    assert pattern_steps("[a-z]" * 8) == 10
    assert pattern_steps("[a\u4e00-\u9fff]") >= 100
    assert pattern_steps("(a|\u4e00)") >= 100
    assert pattern_steps(r"[a\u0100-\uffff]") >= 100
    assert pattern_steps(None) == 0


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("minLength", "3", 3),
        ("minLength", 3.5, None),
        ("minimum", "1e999", None),
        ("minimum", True, None),
        ("exclusiveMinimum", True, None),
        ("multipleOf", 0, None),
        ("enum", [1, 1.0, True, "1", None, {"a": 1}, {"a": 1.0}], [1, True, "1", None, {"a": 1}]),
        ("enum", [], None),
        ("examples", "x", None),
        ("dependentRequired", {"a": ["b", "b", 1], "c": 5}, {"a": ["b"]}),
        ("x-own", "x", "x"),
    ],
)
def test_values(name: str, value: Any, read: Any) -> None:
    assert read_keyword(name, value) == read


def test_dependencies() -> None:
    assert split_dependencies({"a": ["b"], "b": "c", "c": {}, "d": False, "e": 5}) == (
        {"a": ["b"], "b": ["c"]},
        {"c": {}, "d": False},
    )
    assert split_dependencies([]) == ({}, {})
