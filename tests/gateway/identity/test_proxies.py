"""What a reverse proxy says about a request."""

from __future__ import annotations

import pytest

from mcptui.gateway.identity.proxies import apply_forwarded

TRUSTED = ("127.0.0.1", "10.9.0.0/16")


def applied(peer: str | None, *forwarded: str) -> list[str]:
    """The hosts after a request over a connection from ``peer``, with these X-Forwarded-Host headers."""
    headers = {"host": ["inner:4100"]} | ({"x-forwarded-host": list(forwarded)} if forwarded else {})
    apply_forwarded(peer, headers, TRUSTED)
    return headers["host"]


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.9.8.7", "::ffff:10.9.8.7"])
def test_a_trusted_proxy_is_believed(peer: str) -> None:
    assert applied(peer, "mcp.example") == ["mcp.example"]


@pytest.mark.parametrize("peer", [None, "10.8.0.1", ""])
def test_nobody_else_is(peer: str | None) -> None:
    assert applied(peer, "mcp.example") == ["inner:4100"]


def test_of_several_entries_the_last_is_the_proxys() -> None:
    assert applied("127.0.0.1", "evil.example", "a, mcp.example ") == ["mcp.example"]


def test_a_proxy_that_says_nothing_changes_nothing() -> None:
    assert applied("127.0.0.1") == ["inner:4100"]
