from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.errors import NotFoundError
from mcptui.interop.clients import CLIENTS, find_client
from mcptui.interop.machine import Machine

HOME = Path("/home/me")
MAC = HOME / "Library" / "Application Support"
ROAMING = Path("/users/me/roaming")


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


def test_this_machine() -> None:
    machine = Machine.here()
    assert machine.home == Path.home()
    assert machine.folder == Path.cwd()


def test_unknown_client() -> None:
    with pytest.raises(NotFoundError) as error:
        find_client("emacs")
    assert error.value.hint == f"choose one of {', '.join(CLIENTS)}"
