"""``mcptui secret``: values that the state file only refers to."""

from __future__ import annotations

import click

from mcptui.cli.context import confirm, read_secret, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, note, table
from mcptui.services.workspace import Workspace


@click.group()
def secret() -> None:
    """Secrets in the keyring or the vault; the state file refers to them as ${secret:PATH}."""


@secret.command("set")
@click.argument("path")
@with_workspace
def set_(ws: Workspace, path: str) -> None:
    """Keep a secret: typed when asked, or one line of stdin."""
    from mcptui.services.secrets import set_secret

    set_secret(ws, path, read_secret(f"Value of {path}"))
    note(f"kept; refer to it as ${{secret:{path}}}")


@secret.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """All secrets by path, and who uses them; never a value."""
    from mcptui.services.secrets import list_secrets

    rows = list_secrets(ws)
    if as_json:
        emit_json(rows)
        return
    words = {True: "yes", False: "missing", None: "unknown"}
    table(["PATH", "PRESENT", "USED BY"], [[r.path, words[r.present], ", ".join(r.used_by)] for r in rows])


@secret.command("remove")
@click.argument("path")
@yes_option
@with_workspace
def remove(ws: Workspace, path: str, yes: bool) -> None:
    """Forget a secret."""
    from mcptui.services.secrets import remove_secret

    confirm(f"Remove the secret {path}?", yes=yes, refused=f"{path} was not removed")
    remove_secret(ws, path)
    note(f"removed {path}")
