"""Equality of JSON values, and unset."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema import UNSET, same
from mcptui.schema.values import canonical, distinct, is_integer, is_number


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ("1", 1, False),
        (None, None, True),
        ([1, "a"], [1, "a"], True),
        ([1], [True], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"b": 1}, False),
    ],
)
def test_same(left: Any, right: Any, equal: bool) -> None:
    assert same(left, right) is equal
    assert same(right, left) is equal
    assert (canonical(left) == canonical(right)) is equal


def test_numbers_are_not_booleans() -> None:
    assert is_integer(1)
    assert not is_integer(True)
    assert not is_integer(1.0)
    assert is_number(1.0)
    assert not is_number(False)


def test_unset_has_a_name() -> None:
    assert repr(UNSET) == "UNSET"


def test_the_first_of_those_that_are_the_same_is_kept() -> None:
    assert str(distinct([1, True, 1.0, "1", {"a": 1, "b": 2}, {"b": 2, "a": 1.0}, 0, False])) == str(
        [1, True, "1", {"a": 1, "b": 2}, 0, False]
    )
    assert distinct(["a", "b", "A"], str.lower) == ["a", "b"]
