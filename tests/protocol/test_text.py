from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol.text import counted, one_line, visible


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"]
    assert not set(shown) & set("\u202e\u2066\u200b\ufeff\u00ad\u061c")
    assert visible(shown) == shown


@given(st.text())
def test_one_line_is_one(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü 😀\n\tx", "plain ü 😀\n\tx"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("\x1b]52;c;aGk=\x07", "\\u001b]52;c;aGk=\\u0007"),
        ("a\u202eb", "a\\u202eb"),
        ("a\rb", "a\\u000db"),
    ],
)
def test_what_people_see(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_limits() -> None:
    assert visible("abcdef", limit=4) == "abc…"
    assert visible("abcd", limit=4) == "abcd"
    assert one_line(" a \n b ", limit=10) == "a b"


def test_counted() -> None:
    assert [counted(number, "tool") for number in (0, 1, 12_000)] == ["0 tools", "1 tool", "12,000 tools"]
