from __future__ import annotations

import pytest

from mcptui.gateway.fronts.openai.server_url import Meant, meant_by
from mcptui.model import GatewaySettings, Server

SETTINGS = GatewaySettings(port=4000, allowed_hosts=("gw.example.com",))
SERVERS = [
    Server(name="docs", url="https://docs.example.com/mcp"),
    Server(name="files", command="npx"),
    Server(name="secret", url="https://x.example/${secret:a}"),
]


@pytest.mark.parametrize(
    ("url", "servers"),
    [
        ("http://127.0.0.1:4000/mcp", None),
        ("HTTP://LOCALHOST:4000/mcp/", None),
        ("http://[::1]:4000/mcp", None),
        ("https://gw.example.com/mcp", None),
        ("http://gw.example.com:4000/mcp", None),
        ("http://gw.example.com/docs/mcp", "docs"),
        ("http://127.0.0.1:4000/mcp/a,b", "a,b"),
        ("http://127.0.0.1:4000/mcp/%40group?x=1#y", "@group"),
        ("http://127.0.0.1:4000/docs/mcp", "docs"),
        ("http://proxy.example:8443/docs/mcp", "docs"),
        ("mcptui", None),
        ("mcptui/docs", "docs"),
        ("mcptui/mcp/docs", "docs"),
        ("litellm_proxy", None),
        ("litellm_proxy/mcp", None),
        ("litellm_proxy/mcp/docs", "docs"),
        ("litellm_proxy/docs/mcp", "docs"),
    ],
)
def test_this_gateway(url: str, servers: str | None) -> None:
    assert meant_by(url, SETTINGS, "proxy.example:8443", SERVERS) == Meant(servers)


@pytest.mark.parametrize(
    "url", ["https://docs.example.com/mcp", "https://DOCS.example.com:443/mcp/", "https://docs.example.com/mcp#x"]
)
def test_a_registered_server(url: str) -> None:
    assert meant_by(url, SETTINGS, None, SERVERS) == Meant("docs", registered=True)
    assert meant_by(url, SETTINGS, None, SERVERS[1:]) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:4001/mcp",
        "http://127.0.0.1:4000/",
        "http://127.0.0.1:4000/v1/responses",
        "http://127.0.0.1:4000/a/b/mcp",
        "http://127.0.0.1:4000/mcp/a/b",
        "http://127.0.0.1:4000.evil.example/mcp",
        "http://127.0.0.1:4000@evil.example/mcp",
        "http://user@127.0.0.1:4000/mcp",
        "http://evil.example/?http://127.0.0.1:4000/mcp",
        "http://evil.example\\@127.0.0.1:4000/mcp",
        "http://127.0.0.1:4000\t/mcp",
        "http://127.0.0.1:99999/mcp",
        "http://[::1/mcp",
        "file:///mcp",
        "https://docs.example.com/mcp?x=1",
        "http://docs.example.com/mcp",
        "https://docs.example.com.evil/mcp",
        "mcptui2",
        "mcptui.evil.example/mcp",
        "litellm_proxyx/mcp/docs",
        "",
    ],
)
def test_foreign(url: str) -> None:
    assert meant_by(url, SETTINGS, "127.0.0.1:4000", SERVERS) is None
