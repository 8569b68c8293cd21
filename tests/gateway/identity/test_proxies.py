"""What a reverse proxy says about a request."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.identity.proxies import apply_forwarded

TRUSTED = ("127.0.0.1", "10.9.0.0/16")


def applied(client: tuple[str, int] | None, **headers: list[str]) -> tuple[str, list[str]]:
    """Scheme and host after a request that came from ``client``."""
    scope: dict[str, Any] = {"scheme": "http", "client": client}
    given = {"host": ["inner:4100"], **{name.replace("_", "-"): values for name, values in headers.items()}}
    apply_forwarded(scope, given, TRUSTED)
    return scope["scheme"], given["host"]


@pytest.mark.parametrize("client", [("127.0.0.1", 1), ("10.9.8.7", 1), ("::ffff:10.9.8.7", 1)])
def test_a_trusted_proxy_is_believed(client: tuple[str, int]) -> None:
    found = applied(client, x_forwarded_host=["mcp.example"], x_forwarded_proto=["https"])
    assert found == ("https", ["mcp.example"])


@pytest.mark.parametrize("client", [None, ("10.8.0.1", 1), ("", 0)])
def test_nobody_else_is(client: tuple[str, int] | None) -> None:
    found = applied(client, x_forwarded_host=["mcp.example"], x_forwarded_proto=["https"])
    assert found == ("http", ["inner:4100"])


def test_of_several_entries_the_last_is_the_proxys() -> None:
    found = applied(
        ("127.0.0.1", 1), x_forwarded_host=["evil.example", "a, mcp.example "], x_forwarded_proto=["http, https"]
    )
    assert found == ("https", ["mcp.example"])


@pytest.mark.parametrize("scheme", ["ws", "", "https, gopher"])
def test_a_scheme_that_is_none_changes_nothing(scheme: str) -> None:
    assert applied(("127.0.0.1", 1), x_forwarded_proto=[scheme])[0] == "http"


def test_a_proxy_that_says_nothing_changes_nothing() -> None:
    assert applied(("127.0.0.1", 1)) == ("http", ["inner:4100"])
