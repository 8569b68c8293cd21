"""``mcptui access``: what a key may use, and the level that decides."""

from __future__ import annotations

import click

from mcptui.cli.context import find, with_workspace
from mcptui.cli.options import json_option
from mcptui.cli.output import emit, emit_json
from mcptui.services.workspace import Workspace


@click.group()
def access() -> None:
    """What a key may use, and why."""


@access.command("explain")
@click.option("--key", required=True, metavar="NAME", help="Whose access.")
@click.option("--server", metavar="NAME", help="Only this server.")
@click.option("--tool", metavar="NAME", help="Only this tool, by the name that clients see or with --server.")
@json_option
@with_workspace
def explain(ws: Workspace, key: str, server: str | None, tool: str | None, as_json: bool) -> None:
    """Every level that has a say, what it says, and which one decides."""
    import mcptui.access

    state = ws.load().state
    find(state.keys, "key", key)
    if server is not None:
        find(state.servers, "server", server)
    found = mcptui.access.explain(state, key, server, tool)
    if as_json:
        emit_json(found)
    else:
        emit(found.text())
