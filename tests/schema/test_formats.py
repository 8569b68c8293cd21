"""Hints about formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.schema import format_hint

FORMATS = ["date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", ""]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2027-01-31"),
        ("date-time", "2027-01-31T12:00:00Z"),
        ("date-time", "2027-01-31T12:00:00.5+02:00"),
        ("time", "12:00:00Z"),
        ("email", "a+b@example.org"),
        ("uri", "urn:isbn:1"),
        ("uri", "https://example.org/a?b#c"),
        ("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("ipv4", "127.0.0.1"),
        ("ipv6", "::1"),
        ("unknown", "anything"),
        ("date", "x" * 5000),
    ],
)
def test_what_fits_or_cannot_be_told_has_no_hint(name: str, text: str) -> None:
    assert format_hint(name, text) == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "31.1.2027"),
        ("date", "2027-02-30"),
        ("date", "20270131"),
        ("date-time", "2027-01-31"),
        ("date-time", "2027-01-31T12:00:00"),
        ("time", "noon"),
        ("email", "ann"),
        ("uri", "example.org"),
        ("uri", "a: b"),
        ("uuid", "f81d4fae7dec11d0a76500a0c91e6bf6"),
        ("ipv4", "256.1.1.1"),
        ("ipv6", "127.0.0.1"),
    ],
)
def test_what_does_not_look_so(name: str, text: str) -> None:
    assert format_hint(name, text).startswith("does not look like ")


@given(st.sampled_from(FORMATS), st.text())
def test_any_text_is_looked_at(name: str, text: str) -> None:
    assert isinstance(format_hint(name, text), str)
