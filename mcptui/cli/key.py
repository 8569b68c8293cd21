"""``mcptui key``: access keys of clients."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import confirm, find, finish, report, usage_or_note, with_workspace
from mcptui.cli.edit import edit_subjects
from mcptui.cli.options import Duration, json_option, yes_option
from mcptui.cli.output import emit, emit_json, fields, note, plain, table
from mcptui.cli.preset import preset_applied, preset_option
from mcptui.cli.settings_options import said, setting_rows, settings_options, unset_option, unset_values
from mcptui.model import Key
from mcptui.services.setting_words import joined
from mcptui.services.workspace import Workspace

if TYPE_CHECKING:
    from mcptui.model.entities import ToolPreset
    from mcptui.services.access import Usage


@click.group()
def key() -> None:
    """Access keys of clients."""


def _usage(ws: Workspace) -> Usage:
    """Usage of keys; empty, with a note, while the gateway is not running."""
    from mcptui.services.access import Usage

    return usage_or_note(ws) or Usage()


@key.command("create")
@click.argument("name")
@settings_options(Key)
@preset_option
@json_option
@with_workspace
def create(ws: Workspace, /, name: str, as_json: bool, preset: ToolPreset | None, **options: Any) -> None:
    """Create a key and print it. It cannot be shown again: only its hash is stored."""
    from mcptui.services.keys import create_key

    values = said(Key, options)
    if preset is not None:
        values["tools"] = preset_applied(ws, "key", Key(name=name, hash="", **values), preset).tools
    created = create_key(ws, name, **values)
    report(created.change)
    _show_once(created.key, created.secret, as_json)


@key.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """List keys with owner, servers, expiry and last use."""

    keys = ws.load().state.keys.values()
    used = _usage(ws)
    if as_json:
        emit_json([_as_json(item) | {"last_used": used.last_used.get(item.name)} for item in keys])
        return
    rows = [
        [
            i.name,
            _state(i),
            i.hint,
            _owner(i),
            joined(i.servers),
            f"{i.expires:%Y-%m-%d}" if i.expires else "",
            _when(used.last_used.get(i.name)),
        ]
        for i in keys
    ]
    table(["NAME", "STATE", "KEY", "OWNER", "SERVERS", "EXPIRES", "LAST USED"], rows)


@key.command("show")
@click.argument("name", shell_complete=names_of("key"))
@json_option
@with_workspace
def show(ws: Workspace, name: str, as_json: bool) -> None:
    """Show a key: settings, effective servers and usage."""
    from mcptui.access import decide

    state = ws.load().state
    item = find(state.keys, "key", name)
    effective = list(decide(state, name).servers)
    used = _usage(ws)
    calls = {server: count for (key, server), (count, _) in used.by_server.items() if key == name}
    if as_json:
        last = used.last_used.get(name)
        emit_json(_as_json(item) | {"effective": effective, "last_used": last, "calls": calls})
        return
    fields(
        [
            ("name", item.name),
            ("state", _state(item)),
            ("key", item.hint),
            ("owner", _owner(item)),
            ("effective", ", ".join(effective) or "no servers"),
            ("created", item.created),
            *setting_rows(item, but=("user", "team", "org", "description")),
            ("used", _when(used.last_used.get(name)) or "never"),
            ("calls", ", ".join(f"{server} {count}" for server, count in calls.items())),
            ("description", item.description),
        ]
    )


@key.command("edit")
@click.argument("names", nargs=-1, required=True, metavar="NAME…", shell_complete=names_of("key"))
@settings_options(Key)
@click.option("--name", "new_name", metavar="NEW", help="Rename the key.")
@unset_option(Key)
@preset_option
@with_workspace
def edit(
    ws: Workspace,
    /,
    names: tuple[str, ...],
    new_name: str | None,
    unset: tuple[str, ...],
    preset: ToolPreset | None,
    **options: Any,
) -> None:
    """Update keys; omitted options are unchanged."""
    defaults = unset_values(Key, unset)
    changes = defaults | said(Key, options)
    if new_name:
        changes["name"] = new_name
    edit_subjects(ws, "key", names, changes, unset=defaults, preset=preset)


@key.command("rotate")
@click.argument("name", shell_complete=names_of("key"))
@click.option("--overlap", type=Duration(), default=timedelta(0), help="How long the old key stays valid.")
@json_option
@with_workspace
def rotate(ws: Workspace, name: str, overlap: timedelta, as_json: bool) -> None:
    """Rotate a key: create a new one and print it. It cannot be shown again."""
    from mcptui.services.keys import rotate_key

    find(ws.load().state.keys, "key", name)
    created = rotate_key(ws, name, overlap=overlap)
    report(created.change)
    _show_once(created.key, created.secret, as_json)


@key.command("revoke")
@click.argument("name", shell_complete=names_of("key"))
@yes_option
@with_workspace
def revoke(ws: Workspace, name: str, yes: bool) -> None:
    """Disable a key and end the overlap of its rotation; effective within a second."""
    from mcptui.services.keys import revoke_key

    find(ws.load().state.keys, "key", name)
    confirm(f"Revoke key {name}?", yes=yes, refused=f'key "{name}" was not revoked')
    report(revoke_key(ws, name))


@key.command("enable")
@click.argument("name", shell_complete=names_of("key"))
@with_workspace
def enable(ws: Workspace, name: str) -> None:
    """Enable a revoked key."""
    from mcptui.services.keys import set_key_enabled

    find(ws.load().state.keys, "key", name)
    report(set_key_enabled(ws, name, True))


@key.command("remove")
@click.argument("name", shell_complete=names_of("key"))
@yes_option
@with_workspace
def remove(ws: Workspace, name: str, yes: bool) -> None:
    """Delete a key permanently."""
    from mcptui.services.keys import remove_key

    find(ws.load().state.keys, "key", name)
    confirm(f"Delete key {name}?", yes=yes, refused=f'key "{name}" was not deleted')
    finish(ws, remove_key(ws, name))


def _show_once(item: Key, secret: str, as_json: bool) -> None:
    if as_json:
        emit_json(_as_json(item) | {"secret": secret})
    else:
        emit(secret)
    note("Copy it now; it cannot be shown again.")


def _as_json(item: Key) -> dict[str, Any]:
    return {name: value for name, value in plain(item).items() if not name.endswith("hash")}


def _state(item: Key) -> str:
    if not item.enabled:
        return "revoked"
    return "enabled" if item.works(datetime.now(UTC)) else "expired"


def _when(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _owner(item: Key) -> str:
    owners = (("user", item.user), ("team", item.team), ("org", item.org))
    return next((f"{kind} {name}" for kind, name in owners if name), "")
