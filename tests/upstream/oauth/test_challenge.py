from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.upstream.oauth.challenge import Challenge, parse_challenge, union


@pytest.mark.parametrize(
    ("value", "challenge"),
    [
        ("", Challenge()),
        ("Basic realm=x", Challenge()),
        ("Bearer", Challenge()),
        ("bearer scope=read", Challenge(scope="read")),
        (
            'Bearer error="insufficient_scope", scope="a b", resource_metadata="https://x/y?z=1,2"',
            Challenge("https://x/y?z=1,2", "a b", "insufficient_scope"),
        ),
        ('Basic realm="a, b", Bearer error=invalid_token', Challenge(error="invalid_token")),
        ('Bearer error="a\\"b"', Challenge(error='a"b')),
        ('Bearer scope="a\tb"', Challenge()),
        ('Bearer scope="a", scope="b"', Challenge(scope="a")),
    ],
)
def test_challenge(value: str, challenge: Challenge) -> None:
    assert parse_challenge(value) == challenge


@given(st.text())
def test_any_header_is_read(value: str) -> None:
    parse_challenge(value)
    parse_challenge(f"Bearer {value}")


def test_union() -> None:
    assert union("a b", None, "b c", "") == "a b c"
    assert union(None, "") is None
