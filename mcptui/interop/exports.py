"""Ready configurations: the text to put into a client, and the change of its file."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mcptui.errors import NotFoundError, RefusedError
from mcptui.interop.access import GatewayAccess, Launch, mcp_remote
from mcptui.interop.clients import CLIENTS, Client, Entry
from mcptui.interop.documents import load_json
from mcptui.interop.jsonedit import remove_member, set_member
from mcptui.interop.snippets import SNIPPETS
from mcptui.interop.tomledit import remove_table, set_table

#: Everything that :func:`export_text` writes.
EXPORTS: Final = (*CLIENTS, *SNIPPETS)


def client_config(kind: str, *, base_url: str, key: str, name: str = "mcptui") -> str:
    """What to put into client ``kind`` so that it uses the gateway at ``base_url`` with ``key``.

    Raises:
        NotFoundError: there is no such kind.
    """
    access = GatewayAccess(base_url=base_url, key=key, name=name)
    return export_text(kind, access, mcp_remote(access, key))


def export_text(kind: str, access: GatewayAccess, launch: Launch | None = None) -> str:
    """The configuration of ``kind``; ``launch`` is for clients that only start commands.

    Raises:
        NotFoundError: there is no such kind.
        RefusedError: it only starts commands, and there is no ``launch``.
    """
    if kind in SNIPPETS:
        return SNIPPETS[kind](access)
    if kind not in CLIENTS:
        raise NotFoundError(
            f"there is no client configuration called {kind}", hint=f"choose one of {', '.join(EXPORTS)}"
        )
    client = CLIENTS[kind]
    if client.by_url is not None and (access.key is not None or client.variable is not None):
        launch = None
    entry = client_entry(client, access, launch)
    if kind == "claude-code":
        return _claude_command(access.name, entry)
    return edited("", client, access.name, entry)


def client_entry(client: Client, access: GatewayAccess, launch: Launch | None) -> Entry:
    """The entry for the gateway: by ``launch`` where there is one, else by URL.

    Raises:
        RefusedError: the client takes no URL, or replaces no variables and the key may not be written.
    """
    if launch is not None:
        return client.by_command(launch)
    if client.by_url is None:
        raise RefusedError(f"{client.title} only starts commands", hint="Use the command form.")
    if access.key is not None:
        return client.by_url(access, access.key)
    if client.variable is None:
        raise RefusedError(
            f"{client.title} replaces no variables in headers", hint="Use the command form, or write the key itself."
        )
    return client.by_url(access, client.variable(access.variable))


def edited(text: str, client: Client, name: str, entry: Entry | None) -> str:
    """The client's file with ``entry`` as server ``name``, or without it where ``entry`` is None.

    Raises:
        ImportFileError: the file cannot be read, or not be changed without changing something else.
    """
    path = (*container(text, client), name)
    if client.format == "toml":
        return remove_table(text, path) if entry is None else set_table(text, path, entry)
    return remove_member(text, path) if entry is None else set_member(text, path, entry)


def has_entry(text: str, client: Client, name: str) -> bool:
    """Whether the client's file has a server ``name``; False for a file that cannot be read."""
    inside = _document(text, client)
    for key in (*container(text, client), name):
        inside = inside.get(key) if isinstance(inside, Mapping) else None
    return inside is not None


def container(text: str, client: Client) -> Sequence[str]:
    """Where the servers are in this file; opencode 2 has another place, and still reads the first one."""
    if client.id == "opencode":
        document = _document(text, client)
        inside = document.get("mcp") if isinstance(document, Mapping) else None
        servers = inside.get("servers") if isinstance(inside, Mapping) else None
        # A server of version 1 may be called "servers".
        if isinstance(servers, Mapping) and "type" not in servers:
            return ("mcp", "servers")
    return client.container


def _document(text: str, client: Client) -> Any:
    try:
        text = text.lstrip("\ufeff")
        return tomllib.loads(text) if client.format == "toml" else load_json(text)
    except (ValueError, RecursionError):
        return None


def _claude_command(name: str, entry: Entry) -> str:
    """``claude mcp add``: its file holds more than configuration, and a running one writes it."""
    add = ["claude", "mcp", "add", "--scope", "user"]
    if "url" in entry:
        header = [f"{key}: {value}" for key, value in entry["headers"].items()]
        return shlex.join([*add, "--transport", "http", name, entry["url"], "--header", *header])
    env = [word for key, value in entry.get("env", {}).items() for word in ("--env", f"{key}={value}")]
    return shlex.join([*add, *env, name, "--", entry["command"], *entry["args"]])
