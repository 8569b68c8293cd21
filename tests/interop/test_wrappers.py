from __future__ import annotations

import pytest

from mcptui.interop.wrappers import Bridged, is_ourselves, unwrapped

URL = "https://a.example/mcp"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["npx", "-y", "mcp-remote", URL], Bridged("mcp-remote", URL)),
        (["npx", "mcp-remote@latest", URL, "3334", "--allow-http"], Bridged("mcp-remote", URL)),
        (["/usr/bin/mcp-remote", URL, "--transport", "sse-only"], Bridged("mcp-remote", URL, {}, "sse")),
        (["mcp-remote", URL, "--transport", "http-first"], Bridged("mcp-remote", URL)),
        (
            ["mcp-remote", URL, "--header", "X-Key: ${KEY}", "--header", "X-Other:${OTHER}"],
            Bridged("mcp-remote", URL, {"X-Key": "k", "X-Other": "${OTHER}"}),
        ),
        (["mcp-remote", URL, "--header", "nothing"], None),
        (["mcp-remote", URL, "--static-oauth-client-info", "{}"], None),
        (["mcp-remote", URL, URL], None),
        (["mcp-remote"], None),
        (["npx", "-y", "server", "mcp"], None),
    ],
)
def test_what_is_behind_a_bridge(words: list[str], expected: Bridged | None) -> None:
    assert unwrapped(words, {"KEY": "k"}) == expected


@pytest.mark.parametrize(
    ("words", "ours"),
    [
        (["mcptui", "connect"], True),
        (["C:\\bin\\mcptui.exe", "connect", "--key-secret", "x"], True),
        (["python", "-m", "mcptui", "connect"], True),
        (["mcptui", "demo"], False),
        (["mcptui"], False),
    ],
)
def test_ourselves(words: list[str], ours: bool) -> None:
    assert is_ourselves(words) is ours
