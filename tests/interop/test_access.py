"""How a client is to reach the gateway."""

from __future__ import annotations

import pytest

from mcptui.interop.access import GatewayAccess, Launch, mcp_remote


@pytest.mark.parametrize(
    ("base", "server", "url"),
    [
        ("http://127.0.0.1:4000", "", "http://127.0.0.1:4000/mcp"),
        ("https://mcp.example.org/", "", "https://mcp.example.org/mcp"),
        ("https://example.org/gateway", "", "https://example.org/gateway/mcp"),
        ("http://127.0.0.1:4000", "docs", "http://127.0.0.1:4000/mcp/docs"),
        ("http://127.0.0.1:4000/", "docs,files", "http://127.0.0.1:4000/mcp/docs,files"),
    ],
)
def test_the_endpoint(base: str, server: str, url: str) -> None:
    assert GatewayAccess(base_url=base, server=server).url == url


@pytest.mark.parametrize(
    ("base", "is_plain"),
    [("http://127.0.0.1:4000", True), ("https://x.example", False), ("https://http.example", False)],
)
def test_mcp_remote_takes_plain_http_only_when_told(base: str, is_plain: bool) -> None:
    launch = mcp_remote(GatewayAccess(base_url=base, server="docs"), "sk-key")
    assert launch.command == "npx"
    assert launch.args[:3] == ("-y", "mcp-remote", f"{base}/mcp/docs")
    assert ("--allow-http" in launch.args) is is_plain


def test_the_key_stands_in_the_environment_alone() -> None:
    launch = mcp_remote(GatewayAccess(base_url="https://x.example", key="sk-key"), "sk-key")
    assert launch.env == {"AUTH": "Bearer sk-key"}
    assert "sk-key" not in " ".join(launch.args)
    # Some launchers split arguments at blanks.
    assert not [word for word in launch.args if " " in word]


def test_no_secret_is_shown() -> None:
    assert "sk-key" not in repr(GatewayAccess(base_url="https://x.example", key="sk-key"))
    assert "sk-key" not in repr(Launch("npx", (), {"AUTH": "sk-key"}))
