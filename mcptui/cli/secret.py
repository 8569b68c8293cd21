"""``mcptui secret``: values of references in the state file."""

from __future__ import annotations

from typing import get_args

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import confirm, read_secret, report, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, fields, note, table
from mcptui.model import SecretSettings
from mcptui.model.settings import SecretBackend
from mcptui.services.workspace import Workspace


@click.group()
def secret() -> None:
    """Secrets in the keyring or vault, referenced in the state file as ${secret:PATH}."""


@secret.command("backend")
@click.argument("backend", required=False, type=click.Choice(get_args(SecretBackend)))
@click.option("--key-file/--no-key-file", default=None, help="Allow the key of the vault in a file beside it.")
@json_option
@with_workspace
def backend(ws: Workspace, backend: SecretBackend | None, key_file: bool | None, as_json: bool) -> None:
    """Show or set the secret backend; existing secrets are not moved.

    \b
    mcptui secret backend
    mcptui secret backend vault --key-file
    """
    from mcptui.services.settings import update_settings

    loaded = ws.load()
    now = loaded.state.secrets
    wanted = SecretSettings(
        backend=backend or now.backend,
        key_file_consent=now.key_file_consent if key_file is None else key_file,
    )
    if wanted != now:
        report(update_settings(ws, secrets=wanted, expected=loaded.revision))
    status = ws.secret_status()
    if as_json:
        emit_json(status)
        return
    fields([("backend", status.backend), ("state", status.state), ("detail", status.detail), ("hint", status.hint)])


@secret.command("set")
@click.argument("path", shell_complete=names_of("secret"))
@with_workspace
def set_(ws: Workspace, path: str) -> None:
    """Store a secret: typed at the prompt, or one line of stdin."""
    from mcptui.services.secrets import set_secret

    set_secret(ws, path, read_secret(f"Value of {path}"))
    note(f"stored; reference it as ${{secret:{path}}}")


@secret.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """List secrets by path and where they are used; never a value."""
    from mcptui.services.secrets import list_secrets

    rows = list_secrets(ws)
    if as_json:
        emit_json(rows)
        return
    words = {True: "yes", False: "missing", None: "unknown"}
    table(["PATH", "PRESENT", "USED BY"], [[r.path, words[r.present], ", ".join(r.used_by)] for r in rows])


@secret.command("remove")
@click.argument("path", shell_complete=names_of("secret"))
@yes_option
@with_workspace
def remove(ws: Workspace, path: str, yes: bool) -> None:
    """Delete a secret."""
    from mcptui.services.secrets import remove_secret, used_secrets

    users = ", ".join(used_secrets(ws.load().state).get(path, ()))
    used = f"It is used by {users}, which will fail without it. " if users else ""
    confirm(f"{used}Delete secret {path}?", yes=yes, refused=f"{path} was not deleted")
    remove_secret(ws, path)
    note(f"deleted {path}")
