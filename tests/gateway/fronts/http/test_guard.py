from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.fronts.http.guard import Guard
from mcptui.model import GatewaySettings


def refused(hosts: list[str], origin: list[str] | None = None, **settings: Any) -> bool:
    headers = {"host": hosts} | ({} if origin is None else {"origin": origin})
    return Guard(GatewaySettings(**settings)).refusal(headers) is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:4000", "localhost:4000", "LOCALHOST", "[::1]:4000"])
def test_own_names(host: str) -> None:
    assert not refused([host])


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "127.0.0.1.evil.example", "localhost.", "0.0.0.0", "2130706433", "0x7f.1", "127.1",
        "[::ffff:127.0.0.1]", "127.0.0.1/mcp", "127.0.0.1//x", "127.0.0.1?x", "127.0.0.1#x", "user@127.0.0.1",
        "127.0.0.1@evil.example",
        "127.0.0.1\\evil", "127.0.0.1:x", "", "[::1", "127.0.0.1,evil.example",
    ],
)  # fmt: skip
def test_foreign_hosts(host: str) -> None:
    assert refused([host])


def test_no_host_or_two() -> None:
    assert refused([])
    assert refused(["127.0.0.1", "127.0.0.1"])
    assert Guard(GatewaySettings()).refusal({}) is not None


@pytest.mark.parametrize("origin", ["http://127.0.0.1:4000", "http://localhost", "https://[::1]:8080"])
def test_own_origins(origin: str) -> None:
    assert not refused(["127.0.0.1"], [origin])


@pytest.mark.parametrize(
    "origin",
    [
        "null", "", "http://evil.example", "http://127.0.0.1.evil.example", "http://evil.example@127.0.0.1",
        "file://", "chrome-extension://abc", "http://localhost/path", "127.0.0.1", "http://", "http://127.0.0.1:x",
    ],
)  # fmt: skip
def test_foreign_origins(origin: str) -> None:
    assert refused(["127.0.0.1"], [origin])


def test_two_origins() -> None:
    assert refused(["127.0.0.1"], ["http://127.0.0.1", "http://127.0.0.1"])


def test_what_the_settings_allow() -> None:
    assert not refused(["mcp.home:4000"], allowed_hosts=("MCP.home",))
    assert not refused(["127.0.0.1"], ["https://app.example"], allowed_origins=("https://app.example",))
    assert not refused(["127.0.0.1"], ["https://app.example"], cors_origins=("https://app.example",))
    assert refused(["127.0.0.1"], ["https://app.example:444"], allowed_origins=("https://app.example",))


def test_bound_to_the_network() -> None:
    assert not refused(["any.name"], host="0.0.0.0")
    assert refused(["any.name"], ["http://evil.example"], host="0.0.0.0")
    assert refused(["any.name"], ["http://any.name"], host="0.0.0.0")
    assert refused(["any.name"], host="0.0.0.0", allowed_hosts=("mcp.home",))
    assert not refused(["10.0.0.5:4000"], host="10.0.0.5", allowed_hosts=("mcp.home",))
