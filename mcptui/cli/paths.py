"""``mcptui paths``: files and directories in use."""

from __future__ import annotations

import click

from mcptui.cli.context import with_workspace
from mcptui.cli.options import json_option
from mcptui.cli.output import emit_json, table
from mcptui.services.workspace import Workspace


@click.command("paths")
@json_option
@with_workspace
def paths(ws: Workspace, as_json: bool) -> None:
    """Show files, directories and the secret store."""
    found = {
        "config": ws.paths.config_file,
        "keys": ws.paths.keys_file,
        "themes": ws.paths.themes_dir,
        "calls": ws.paths.calls_dir,
        "state": ws.paths.state_dir,
        "socket": ws.paths.socket,
        "history": ws.paths.history_db,
        "conversations": ws.paths.conversations_db,
        "backups": ws.paths.backups,
        "vault": ws.paths.vault_file,
        "log": ws.paths.log_file,
    }
    secrets = ws.secret_status()
    if as_json:
        rows = {name: {"path": path, "exists": path.exists()} for name, path in found.items()}
        emit_json({"paths": rows, "secrets": secrets})
        return
    lines = [[name, "yes" if path.exists() else "no", path] for name, path in found.items()]
    place = secrets.backend + (f" ({secrets.detail})" if secrets.detail else "")
    table(["WHAT", "EXISTS", "PATH"], [*lines, ["secrets", secrets.state, place]])
