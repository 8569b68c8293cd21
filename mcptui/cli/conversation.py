"""``mcptui conversation``: conversations of the Chat mode and of ``mcptui chat``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from mcptui.cli.context import confirm, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit, emit_json, note, table
from mcptui.protocol.text import counted, one_line
from mcptui.services.workspace import Workspace


@click.group()
def conversation() -> None:
    """Conversations with models: list, search, show, export, delete."""


@conversation.command("list")
@click.option(
    "--search", metavar="WORDS", default="", help="Full-text search: only conversations with all of these words."
)
@json_option
@with_workspace
def list_(ws: Workspace, search: str, as_json: bool) -> None:
    """List conversations, most recent first."""
    sessions = ws.conversations.sessions(search)
    if as_json:
        emit_json(sessions)
        return
    rows = [
        [session.id, session.title, session.turns, session.model, session.key, _local(session.updated)]
        for session in sessions
    ]
    table(["ID", "TITLE", "TURNS", "MODEL", "KEY", "LAST USED"], rows)


@conversation.command("show")
@click.argument("id_", metavar="ID", type=int)
@click.option(
    "--output", "file", type=click.Path(path_type=Path), help="Write to a file, as JSON if its name ends with .json."
)
@json_option
@with_workspace
def show(ws: Workspace, id_: int, file: Path | None, as_json: bool) -> None:
    """Show a conversation as Markdown, or as JSON with all details."""
    from mcptui.services.conversations import as_json as json_of
    from mcptui.services.conversations import as_markdown, export_conversation, find_conversation

    if file is not None:
        export_conversation(ws, id_, file)
        note(f"written: {file}")
        return
    session, turns = find_conversation(ws.conversations, id_)
    emit((json_of if as_json else as_markdown)(session, turns).removesuffix("\n"))


@conversation.command("remove")
@click.argument("id_", metavar="ID", type=int)
@yes_option
@with_workspace
def remove(ws: Workspace, id_: int, yes: bool) -> None:
    """Delete a conversation permanently."""
    from mcptui.services.conversations import find_conversation

    session, turns = find_conversation(ws.conversations, id_)
    title = one_line(session.title, limit=60)
    confirm(f"Delete “{title}”, {counted(len(turns), 'turn')}?", yes=yes, refused=f"conversation {id_} was not deleted")
    ws.conversations.remove(id_)
    note(f"conversation {id_} deleted")


def _local(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M}"
