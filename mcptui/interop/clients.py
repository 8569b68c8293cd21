"""MCP clients with a configuration file: where it is, and what an entry in it looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from mcptui.errors import NotFoundError
from mcptui.interop.access import GatewayAccess, Launch
from mcptui.interop.machine import Machine

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One client.

    Attributes:
        id: as commands take it.
        title: its name.
        files: the person's configuration files, the usual one first.
        project_files: those in a project folder.
        container: where servers are in the file.
        by_command: the entry that starts a command.
        by_url: the entry for a URL, given the credential's text; None where the client only starts commands.
        variable: how a variable is written in a header; None where the client replaces none.
        then: what to do after the file has changed.
        format: of the file.
    """

    id: str
    title: str
    files: Callable[[Machine], tuple[Path, ...]]
    project_files: tuple[str, ...] = ()
    container: tuple[str, ...] = ("mcpServers",)
    by_command: Callable[[Launch], Entry]
    by_url: Callable[[GatewayAccess, str], Entry] | None = None
    variable: Callable[[str], str] | None = None
    then: str
    format: Literal["json", "toml"] = "json"


def find_client(client_id: str) -> Client:
    """The client ``client_id``.

    Raises:
        NotFoundError: there is none; the hint names all.
    """
    if client_id not in CLIENTS:
        raise NotFoundError(f"there is no client {client_id}", hint=f"choose one of {', '.join(CLIENTS)}")
    return CLIENTS[client_id]


def _bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def _command(launch: Launch) -> Entry:
    env = {"env": dict(launch.env)} if launch.env else {}
    return {"command": launch.command, "args": list(launch.args), **env}


def _typed_command(launch: Launch) -> Entry:
    return {"type": "stdio", **_command(launch)}


def _plain(access: GatewayAccess, credential: str) -> Entry:
    return {"url": access.url, "headers": _bearer(credential)}


def _http(access: GatewayAccess, credential: str) -> Entry:
    return {"type": "http", **_plain(access, credential)}


def _cline(access: GatewayAccess, credential: str) -> Entry:
    return {"type": "streamableHttp", **_plain(access, credential)}


def _windsurf(access: GatewayAccess, credential: str) -> Entry:
    return {"serverUrl": access.url, "headers": _bearer(credential)}


def _gemini(access: GatewayAccess, credential: str) -> Entry:
    return {"httpUrl": access.url, "headers": _bearer(credential)}


def _codex(access: GatewayAccess, credential: str) -> Entry:
    if access.key is None:
        return {"url": access.url, "bearer_token_env_var": access.variable}
    return {"url": access.url, "http_headers": _bearer(credential)}


def _opencode(access: GatewayAccess, credential: str) -> Entry:
    return {"type": "remote", **_plain(access, credential), "enabled": True}


def _opencode_command(launch: Launch) -> Entry:
    env = {"environment": dict(launch.env)} if launch.env else {}
    return {"type": "local", "command": [launch.command, *launch.args], **env, "enabled": True}


def _vscode_files(machine: Machine) -> tuple[Path, ...]:
    return tuple(machine.apps / name / "User" / "mcp.json" for name in ("Code", "Code - Insiders", "VSCodium"))


def _cline_files(machine: Machine) -> tuple[Path, ...]:
    inside = Path("saoudrizwan.claude-dev", "settings", "cline_mcp_settings.json")
    named = machine.variable("CLINE_MCP_SETTINGS_PATH")
    return (
        *((named,) if named else ()),
        machine.apps / "Code" / "User" / "globalStorage" / inside,
        machine.home / ".cline" / "data" / "settings" / "cline_mcp_settings.json",
    )


def _opencode_files(machine: Machine) -> tuple[Path, ...]:
    folder = machine.config / "opencode"
    return folder / "opencode.json", folder / "opencode.jsonc"


_ALL: Final = (
    Client(
        id="cursor",
        title="Cursor",
        files=lambda machine: (machine.home / ".cursor" / "mcp.json",),
        project_files=(".cursor/mcp.json",),
        by_command=_command,
        by_url=_plain,
        variable=lambda name: f"${{env:{name}}}",
        then="Cursor reloads the file automatically; Settings → MCP shows the tools.",
    ),
    Client(
        id="claude",
        title="Claude Desktop",
        files=lambda machine: (machine.apps / "Claude" / "claude_desktop_config.json",),
        by_command=_command,
        then="Quit Claude Desktop and start it again.",
    ),
    Client(
        id="claude-code",
        title="Claude Code",
        files=lambda machine: ((machine.variable("CLAUDE_CONFIG_DIR") or machine.home) / ".claude.json",),
        project_files=(".mcp.json",),
        by_command=_typed_command,
        by_url=_http,
        variable=lambda name: f"${{{name}}}",
        then="Start a new session; /mcp shows the tools.",
    ),
    Client(
        id="vscode",
        title="VS Code",
        files=_vscode_files,
        project_files=(".vscode/mcp.json",),
        container=("servers",),
        by_command=_typed_command,
        by_url=_http,
        variable=lambda name: f"${{env:{name}}}",
        then="MCP: List Servers starts it.",
    ),
    Client(
        id="windsurf",
        title="Windsurf",
        files=lambda machine: (machine.home / ".codeium" / "windsurf" / "mcp_config.json",),
        by_command=_command,
        by_url=_windsurf,
        variable=lambda name: f"${{env:{name}}}",
        then="Refresh the servers in the MCP panel.",
    ),
    Client(
        id="cline",
        title="Cline",
        files=_cline_files,
        by_command=_command,
        by_url=_cline,
        then="Cline reloads the file automatically.",
    ),
    Client(
        id="gemini",
        title="Gemini CLI",
        files=lambda machine: (machine.home / ".gemini" / "settings.json",),
        project_files=(".gemini/settings.json",),
        by_command=_command,
        by_url=_gemini,
        variable=lambda name: f"${name}",
        then="Start gemini again; /mcp shows the tools.",
    ),
    Client(
        id="codex",
        title="Codex",
        files=lambda machine: ((machine.variable("CODEX_HOME") or machine.home / ".codex") / "config.toml",),
        project_files=(".codex/config.toml",),
        container=("mcp_servers",),
        by_command=_command,
        by_url=_codex,
        variable=lambda name: f"${name}",
        then="Start codex again; /mcp shows the tools.",
        format="toml",
    ),
    Client(
        id="opencode",
        title="opencode",
        files=_opencode_files,
        project_files=("opencode.json", "opencode.jsonc", ".opencode/opencode.json", ".opencode/opencode.jsonc"),
        container=("mcp",),
        by_command=_opencode_command,
        by_url=_opencode,
        variable=lambda name: f"{{env:{name}}}",
        then="Start opencode again.",
    ),
)

#: By id, in the order in which they are shown.
CLIENTS: Final[Mapping[str, Client]] = {client.id: client for client in _ALL}
