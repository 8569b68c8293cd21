"""Secrets in what is pasted or typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from mcptui.model import Server
from mcptui.tui.servers.covering import _Cover, covered, secrets_of

SECRET = 'sk-"live"-1234567890'


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("key abcd end", ["abcd"], "key •••• end"),
        ("abcd-abcd", ["abcd"], "••••-••••"),
        # Shorter than four, or a part of another word: it would cover too much.
        ("key abc end", ["abc"], "key abc end"),
        ("xabcdx", ["abcd"], "xabcdx"),
        # The longer one first, so that no part of it stays.
        ("abcdefgh", ["abcd", "abcdefgh"], "••••••••"),
        # As JSON spells it.
        ('{"k": "a\\"bcd"}', ['a"bcd'], '{"k": "••••••"}'),
        ('{"k": "\\u00e4bcd"}', ["äbcd"], '{"k": "•••••••••"}'),
        # A secret is a text, not a pattern.
        ("a.cd abcd", ["a.cd"], "•••• abcd"),
        ("nothing", [], "nothing"),
    ],
)
def test_secrets_become_dots(text: str, secrets: list[str], shown: str) -> None:
    assert covered(text, secrets) == shown


@given(st.text(), st.lists(st.text(max_size=12), max_size=4))
def test_the_cursor_stays_where_it_is(text: str, secrets: list[str]) -> None:
    assert len(covered(text, secrets)) == len(text)


def test_what_would_go_to_the_secret_store_is_secret() -> None:
    servers = [Server(name="a", url="http://a", headers={"Authorization": f"Bearer {SECRET}", "X-Plain": "yes"})]
    assert any(SECRET in secret for secret in secrets_of(servers))
    assert not any("yes" in secret for secret in secrets_of(servers))


@pytest.mark.parametrize(
    "line",
    ["https://mcp.example/mcp?api_key=sk-live-1234567890abcdef", "server --token sk-live-1234567890abcdef --port 80"],
)
def test_a_url_and_a_command_line_are_covered_while_they_are_typed(line: str) -> None:
    text = Text(line)
    _Cover().highlight(text)
    assert "1234567890" not in text.plain
    assert len(text.plain) == len(line)
