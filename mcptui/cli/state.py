"""``mcptui state``: earlier versions of the state file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from mcptui.cli.context import confirm, finish, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit, emit_json, note, table
from mcptui.errors import McptuiError
from mcptui.protocol.text import visible
from mcptui.services.workspace import Workspace

if TYPE_CHECKING:
    from mcptui.services.state_history import Part


def _versions(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from mcptui.services.state_history import earlier_states

    # A tab must not fail: what cannot be read has no names.
    with suppress(McptuiError, OSError):
        return [each.id for each in earlier_states(Workspace.open()) if each.id.startswith(incomplete)]
    return []


def _parts(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from mcptui.services.state_history import earlier_state

    # An option that has no value yet ends click's parsing before the arguments.
    version = ctx.params.get("version") or next(iter(ctx.args), "")
    with suppress(McptuiError, OSError):
        parts = earlier_state(Workspace.open(), version).parts
        return [part.argument for part in parts if part.argument.startswith(incomplete)]
    return []


_version = click.argument("version", shell_complete=_versions)
_only = click.option(
    "--only",
    metavar="KIND:NAME",
    multiple=True,
    shell_complete=_parts,
    help="Only this entry, such as team:data, or gateway for its settings; repeatable.",
)


@click.group()
def state() -> None:
    """Earlier versions of the state file: list, compare, restore."""


@state.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """List the stored versions that differ from the file, newest first."""
    from mcptui.services.state_history import earlier_states

    found = earlier_states(ws)
    if as_json:
        emit_json(
            [
                {
                    "version": each.id,
                    "until": each.at,
                    "different": [part.argument for part in each.parts],
                    "added_lines": each.added,
                    "removed_lines": each.removed,
                }
                for each in found
            ]
        )
        return
    rows = [[each.id, f"{each.at:%Y-%m-%d %H:%M:%S}", each.summary] for each in found]
    table(["VERSION", "UNTIL", "RESTORING IT CHANGES"], rows)


@state.command("show")
@_version
@_only
@json_option
@with_workspace
def show(ws: Workspace, version: str, only: Sequence[str], as_json: bool) -> None:
    """Show the lines that restoring a version would remove and add."""
    from mcptui.services.state_history import difference, earlier_state, find_part

    earlier = earlier_state(ws, version)
    parts: Sequence[Part | None] = [find_part(earlier, each) for each in only]
    lines = [line for part in parts or [None] for line in difference(ws, earlier, part)]
    if as_json:
        emit_json({"version": version, "difference": lines})
        return
    for line in lines:
        emit(visible(line))


@state.command("restore")
@_version
@_only
@yes_option
@with_workspace
def restore(ws: Workspace, version: str, only: Sequence[str], yes: bool) -> None:
    """Restore a version, or only some entries of it; other changes since then are kept.

    \b
    mcptui state restore 4f9d1c7e
    mcptui state restore 4f9d1c7e --only team:data --only key:cursor
    """
    from mcptui.services.state_history import earlier_state, find_part
    from mcptui.services.state_history import restore as restore_state

    earlier = earlier_state(ws, version)
    parts = [find_part(earlier, each) for each in dict.fromkeys(only)]
    what = ", ".join(part.title for part in parts) or "the whole state file"
    note(f"restoring changes: {what if parts else earlier.summary}")
    confirm(f"Restore {what}?", yes=yes, refused="nothing was restored")
    finish(ws, restore_state(ws, earlier, parts))
