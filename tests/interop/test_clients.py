"""The clients with a configuration file: where it is, and the entry in each of their forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mcptui.errors import NotFoundError
from mcptui.interop.access import GatewayAccess, Launch
from mcptui.interop.clients import CLIENTS, find_client
from mcptui.interop.machine import Machine

HOME = Path("/home/me")
MAC = HOME / "Library" / "Application Support"
ROAMING = Path("/users/me/roaming")
URL = "http://127.0.0.1:4000/mcp"
BEARER = {"Authorization": "Bearer KEY"}
ACCESS = GatewayAccess(base_url="http://127.0.0.1:4000", key="KEY")
LAUNCH = Launch("/opt/mcptui", ("connect", "-k"), {"A": "b"})


def usual(client: str, platform: str, **env: str) -> Path:
    return CLIENTS[client].files(Machine(home=HOME, platform=platform, env=env))[0]


@pytest.mark.parametrize(
    ("client", "linux", "mac", "windows"),
    [
        ("cursor", *[HOME / ".cursor" / "mcp.json"] * 3),
        (
            "claude",
            HOME / ".config" / "Claude" / "claude_desktop_config.json",
            MAC / "Claude" / "claude_desktop_config.json",
            ROAMING / "Claude" / "claude_desktop_config.json",
        ),
        ("claude-code", *[HOME / ".claude.json"] * 3),
        (
            "vscode",
            HOME / ".config" / "Code" / "User" / "mcp.json",
            MAC / "Code" / "User" / "mcp.json",
            ROAMING / "Code" / "User" / "mcp.json",
        ),
        ("windsurf", *[HOME / ".codeium" / "windsurf" / "mcp_config.json"] * 3),
        ("gemini", *[HOME / ".gemini" / "settings.json"] * 3),
        ("codex", *[HOME / ".codex" / "config.toml"] * 3),
        ("opencode", *[HOME / ".config" / "opencode" / "opencode.json"] * 3),
    ],
)
def test_usual_files(client: str, linux: Path, mac: Path, windows: Path) -> None:
    assert usual(client, "linux") == linux
    assert usual(client, "darwin") == mac
    assert usual(client, "win32", APPDATA=str(ROAMING)) == windows


@pytest.mark.parametrize(
    ("client", "variable", "expected"),
    [
        ("claude-code", "CLAUDE_CONFIG_DIR", "/else/.claude.json"),
        ("codex", "CODEX_HOME", "/else/config.toml"),
        ("cline", "CLINE_MCP_SETTINGS_PATH", "/else"),
        ("opencode", "XDG_CONFIG_HOME", "/else/opencode/opencode.json"),
        ("claude", "XDG_CONFIG_HOME", "/else/Claude/claude_desktop_config.json"),
    ],
)
def test_variables_move_them(client: str, variable: str, expected: str) -> None:
    assert usual(client, "linux", **{variable: "/else"}) == Path(expected)


def test_windows_without_its_variable() -> None:
    assert usual("vscode", "win32") == HOME / "AppData" / "Roaming" / "Code" / "User" / "mcp.json"


def test_unknown_client() -> None:
    with pytest.raises(NotFoundError) as error:
        find_client("emacs")
    assert error.value.hint == f"choose one of {', '.join(CLIENTS)}"


def test_clients_are_found_by_their_ids() -> None:
    assert [find_client(name).id for name in CLIENTS] == list(CLIENTS)


def test_an_address_that_is_set_comes_before_the_usual_ones() -> None:
    files = CLIENTS["cline"].files(Machine(home=HOME, env={"CLINE_MCP_SETTINGS_PATH": "/else"}))
    assert [file.name for file in files] == ["else", "cline_mcp_settings.json", "cline_mcp_settings.json"]
    assert len(CLIENTS["cline"].files(Machine(home=HOME))) == 2


@pytest.mark.parametrize(
    ("client", "entry"),
    [
        ("cursor", {"url": URL, "headers": BEARER}),
        ("claude-code", {"type": "http", "url": URL, "headers": BEARER}),
        ("vscode", {"type": "http", "url": URL, "headers": BEARER}),
        ("windsurf", {"serverUrl": URL, "headers": BEARER}),
        ("cline", {"type": "streamableHttp", "url": URL, "headers": BEARER}),
        ("gemini", {"httpUrl": URL, "headers": BEARER}),
        ("codex", {"url": URL, "http_headers": BEARER}),
        ("opencode", {"type": "remote", "url": URL, "headers": BEARER, "enabled": True}),
    ],
)
def test_the_entry_for_a_url(client: str, entry: dict[str, Any]) -> None:
    by_url = CLIENTS[client].by_url
    assert by_url is not None
    assert by_url(ACCESS, "KEY") == entry


def test_who_takes_no_url() -> None:
    assert [client.id for client in CLIENTS.values() if client.by_url is None] == ["claude"]


@pytest.mark.parametrize(
    ("client", "entry"),
    [
        ("cursor", {"command": "/opt/mcptui", "args": ["connect", "-k"], "env": {"A": "b"}}),
        ("claude", {"command": "/opt/mcptui", "args": ["connect", "-k"], "env": {"A": "b"}}),
        ("vscode", {"type": "stdio", "command": "/opt/mcptui", "args": ["connect", "-k"], "env": {"A": "b"}}),
        (
            "opencode",
            {
                "type": "local",
                "command": ["/opt/mcptui", "connect", "-k"],
                "environment": {"A": "b"},
                "enabled": True,
            },
        ),
    ],
)
def test_the_entry_for_a_command(client: str, entry: dict[str, Any]) -> None:
    assert CLIENTS[client].by_command(LAUNCH) == entry


@pytest.mark.parametrize("client", CLIENTS)
def test_a_command_without_variables_says_none(client: str) -> None:
    entry = CLIENTS[client].by_command(Launch("x"))
    assert {"env", "environment"}.isdisjoint(entry)
    assert "x" in (entry["command"], entry["command"][0])
