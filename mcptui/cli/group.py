"""``mcptui group``: named sets of servers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import confirm, find, report, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, fields, plain, table
from mcptui.cli.settings_options import said, setting_rows, settings_options, unset_option, unset_values
from mcptui.model import Group
from mcptui.services.groups import create_group, remove_group, update_group, who_uses_group
from mcptui.services.workspace import Workspace


@click.group()
def group() -> None:
    """Named sets of servers, used as @NAME in lists of servers."""


@group.command("create")
@click.argument("name")
@settings_options(Group)
@with_workspace
def create(ws: Workspace, /, name: str, **options: Any) -> None:
    """Create a group.

    \b
    mcptui group create reading --server deepwiki,files
    mcptui team create data --server @reading
    """
    report(create_group(ws, Group(name=name, **_said(options))))


@group.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """List groups and their users."""
    state = ws.load().state
    groups = state.groups.values()
    if as_json:
        emit_json([plain(item) | {"used_by": who_uses_group(state, item.name)} for item in groups])
        return
    rows = [[g.name, ", ".join(g.servers), ", ".join(who_uses_group(state, g.name)), g.description] for g in groups]
    table(["NAME", "SERVERS", "USED BY", "DESCRIPTION"], rows)


@group.command("show")
@click.argument("name", shell_complete=names_of("group"))
@json_option
@with_workspace
def show(ws: Workspace, name: str, as_json: bool) -> None:
    """Show a group."""
    state = ws.load().state
    item = find(state.groups, "group", name)
    users = who_uses_group(state, name)
    if as_json:
        emit_json(plain(item) | {"used_by": users})
        return
    used = ", ".join(users) or "none"
    fields(
        [
            ("name", name),
            *setting_rows(item, but=("description",)),
            ("used by", used),
            ("description", item.description),
        ]
    )


@group.command("edit")
@click.argument("name", shell_complete=names_of("group"))
@settings_options(Group)
@click.option("--name", "new_name", metavar="NEW", help="Rename the group; references are updated.")
@unset_option(Group)
@with_workspace
def edit(ws: Workspace, /, name: str, new_name: str | None, unset: tuple[str, ...], **options: Any) -> None:
    """Update a group; omitted options are unchanged, --server replaces the list."""
    loaded = ws.load()
    defaults = unset_values(Group, unset)
    changes = defaults | _said(options)
    item = find(loaded.state.groups, "group", name)
    if not (changes or new_name):
        raise click.UsageError("nothing to change; see --help for the options")
    group = replace(item, name=new_name or name, **changes)
    report(update_group(ws, name, group, expected=loaded.revision, unset=defaults))


@group.command("remove")
@click.argument("name", shell_complete=names_of("group"))
@yes_option
@with_workspace
def remove(ws: Workspace, name: str, yes: bool) -> None:
    """Delete a group and all references to it."""
    state = ws.load().state
    find(state.groups, "group", name)
    users = who_uses_group(state, name)
    losing = f" ({', '.join(users)} will lose its servers)" if users else ""
    confirm(f"Delete group {name}?{losing}", yes=yes, refused=f'group "{name}" was not deleted{losing}')
    report(remove_group(ws, name))


def _said(options: dict[str, Any]) -> dict[str, Any]:
    """What the options say; a server is a member once."""
    changes = said(Group, options)
    if "servers" in changes:
        changes["servers"] = tuple(dict.fromkeys(changes["servers"]))
    return changes
