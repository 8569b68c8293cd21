"""Answers that are remembered."""

from __future__ import annotations

import pytest

from mcptui.memo import LONGEST, Memo


def test_a_question_is_answered_once() -> None:
    asked: list[str] = []

    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    memo = Memo(length, 10)
    assert [memo["a"], memo["ab"], memo["a"]] == [1, 2, 1]
    assert asked == ["a", "ab"]


def test_memory_is_bounded() -> None:
    memo: Memo[str, str] = Memo(str.upper, 3)
    for text in "abcdefg":
        assert memo[text] == text.upper()
        assert len(memo) <= 3
    assert memo["x" * (LONGEST + 1)] == "X" * (LONGEST + 1)
    assert "x" * (LONGEST + 1) not in memo


def test_of_several_texts_the_length_of_all_counts() -> None:
    memo: Memo[tuple[str, str], str] = Memo("".join, 10)
    assert memo["a", "b"] == "ab"
    assert memo["a", "b" * LONGEST] == "a" + "b" * LONGEST
    assert list(memo) == [("a", "b")]


def test_a_failure_is_not_remembered() -> None:
    memo: Memo[str, int] = Memo(int, 10)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            memo["x"]
    assert not memo
