from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol.text import UNSAFE_IN_A_LINE, beginning, counted, marked, one_line, public_url, visible


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
        ("a\u0085b\u2028c", "a\\u0085b\\u2028c"),
        # Some marks over a character are a language, a tower of them is none.
        ("a" + "\u0301" * 8, "a" + "\u0301" * 8),
        ("a" + "\u0301" * 10 + "b", "a" + "\u0301" * 8 + "\\u0301" * 2 + "b"),
        ("\u0e2a" + "\u0e47" * 9, "\u0e2a" + "\u0e47" * 8 + "\\u0e47"),
    ],
)
def test_what_people_see(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_what_a_field_draws_is_a_line_of_as_many_characters(text: str) -> None:
    drawn = marked(text)
    assert len(drawn) == len(text)
    assert len(drawn.splitlines()) <= 1
    assert UNSAFE_IN_A_LINE.search(drawn) is None


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain ü 漢 e\u0301", "plain ü 漢 e\u0301"),
        ("a\nb", "a␊b"),
        ("a\r\n\tb", "a␍␊␉b"),
        ("a\x00\x1b[2J\x07\x7f", "a␀␛[2J␇␡"),
        ("a\u0085b\x9b", "a\ufffdb\ufffd"),
        ("a\u2028b\u202ec\u200b", "a\ufffdb\ufffdc\ufffd"),
        ("a" + "\u0301" * 10, "a" + "\u0301" * 8 + "\ufffd\ufffd"),
    ],
)
def test_signs_stand_in_a_field(text: str, drawn: str) -> None:
    assert marked(text) == drawn


def test_limits() -> None:
    assert visible("abcdef", limit=4) == "abc…"
    assert visible("abcd", limit=4) == "abcd"
    assert one_line(" a \n b ", limit=10) == "a b"
    assert beginning(b" abcde\n", limit=4) == "abc…"
    assert beginning("ééé\n".encode(), limit=3) == "ééé"


def test_counted() -> None:
    assert [counted(number, "tool") for number in (0, 1, 12_000)] == ["0 tools", "1 tool", "12,000 tools"]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@example.com:8443/mcp?token=secret#secret", "https://example.com:8443/mcp"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://example.com", "https://example.com"),
        ("http://example.com:port/", "the URL"),
        ("http://[bad/", "the URL"),
    ],
)
def test_urls_are_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert public_url(url) == shown
