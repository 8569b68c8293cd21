"""``mcptui keys``: keyboard shortcuts of the app."""

from __future__ import annotations

import click

from mcptui.cli.context import with_workspace
from mcptui.cli.options import json_option
from mcptui.cli.output import emit_json, table
from mcptui.services.workspace import Workspace


@click.command("keys")
@json_option
@with_workspace
def keys(ws: Workspace, as_json: bool) -> None:
    """List the app's actions and keyboard shortcuts, including those of keys.toml."""
    from mcptui.tui.keys.actions import keys_label  # only this command and the app need Textual
    from mcptui.tui.keys.keymap import read_keymap
    from mcptui.tui.keys.registry import sections

    keymap = read_keymap(ws.paths.keys_file)
    rows = [(title, keymap.of(action)) for title, actions in sections() for action in actions]
    if as_json:
        emit_json(
            {
                "keys": [{"id": a.id, "keys": list(a.keys), "title": a.title, "where": where} for where, a in rows],
                "problems": [problem.message for problem in keymap.problems],
            }
        )
        return
    table(["KEYS", "ACTION", "ID", "WHERE"], [[keys_label(a.keys) or "-", a.title, a.id, where] for where, a in rows])
    for problem in keymap.problems:
        click.echo(f"{problem.message} {problem.hint or ''}".rstrip(), err=True)
