from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.interop.diffs import unified

_TEXTS = st.lists(st.sampled_from(["a", "b", "c", "{", "}"]), max_size=30).map("\n".join)


@given(_TEXTS, _TEXTS)
def test_the_same_lines_go_and_come(before: str, after: str) -> None:
    lines = unified(before, after, "x")[2:]
    gone = sorted(line[1:] for line in lines if line[0] == "-")
    come = sorted(line[1:] for line in lines if line[0] == "+")
    kept_before, kept_after = before.splitlines(), after.splitlines()
    for line in gone:
        kept_before.remove(line)
    for line in come:
        kept_after.remove(line)
    assert sorted(kept_before) == sorted(kept_after)
    assert (lines == []) is (before.splitlines() == after.splitlines())


@pytest.mark.parametrize("place", [0, 1, 50, 97, 98, 99])
def test_one_place_is_shown_as_diff_shows_it(place: int) -> None:
    old = [f"line {number}" for number in range(100)]
    new = [*old[:place], "another", *old[place + 1 :]]
    expected = list(difflib.unified_diff(old, new, "x", "x", lineterm=""))
    assert unified("\n".join(old), "\n".join(new), "x") == expected
