"""``mcptui key``: what clients authenticate with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mcptui.cli.context import confirm, find, report, usage_or_note, with_workspace
from mcptui.cli.edit import edit_subjects
from mcptui.cli.options import (
    Duration,
    Expiry,
    Names,
    access_options,
    access_said,
    json_option,
    yes_option,
)
from mcptui.cli.output import emit, emit_json, fields, joined, note, plain, rules, table
from mcptui.model import Key
from mcptui.services.workspace import Workspace

if TYPE_CHECKING:
    from mcptui.services.access import Usage

_UNSETTABLE = ["user", "team", "org", "servers", "tools", "models", "expires", "rpm", "max_concurrent", "networks"]


@click.group()
def key() -> None:
    """Keys that clients use: create, rotate, revoke."""


def _options(function: Any) -> Any:
    for option in (
        click.option("--description", help="A line for people."),
        click.option(
            "--network",
            "networks",
            multiple=True,
            type=Names(),
            metavar="CIDR,…",
            help="Where clients may be; repeatable.",
        ),
        click.option("--max-concurrent", type=click.IntRange(min=1), help="Calls that may be under way at a time."),
        click.option("--rpm", type=click.IntRange(min=1), help="Requests per minute."),
        click.option("--expires", type=Expiry(), help="When it stops working."),
        access_options,
        click.option("--org", metavar="NAME", help="The org it belongs to."),
        click.option("--team", metavar="NAME", help="The team it belongs to."),
        click.option("--user", metavar="NAME", help="The user it belongs to."),
    ):
        function = option(function)
    return function


def _usage(ws: Workspace) -> Usage:
    """What keys did, as far as the gateway runs to tell it; all else of a key is in the state."""
    from mcptui.services.access import Usage

    return usage_or_note(ws) or Usage()


def _said(options: dict[str, Any]) -> dict[str, Any]:
    """The fields that the command line says something about."""
    said = {name: options[name] for name in ("user", "team", "org", "expires", "rpm", "max_concurrent", "description")}
    said["networks"] = tuple(network for listed in options["networks"] for network in listed) or None
    return {name: value for name, value in (said | access_said(options)).items() if value is not None}


@key.command("create")
@click.argument("name")
@_options
@json_option
@with_workspace
def create(ws: Workspace, /, name: str, as_json: bool, **options: Any) -> None:
    """Make a key and print it, once: only its hash is kept."""
    from mcptui.services.keys import create_key

    created = create_key(ws, name, **_said(options))
    report(created.change)
    _show_once(created.key, created.secret, as_json)


@key.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """All keys; the keys themselves are kept nowhere."""

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
@click.argument("name")
@json_option
@with_workspace
def show(ws: Workspace, name: str, as_json: bool) -> None:
    """One key, the servers that it reaches after all levels had their say, and how often it was used."""
    from mcptui.access import decide

    state = ws.load().state
    item = find(state.keys, "key", name)
    reaches = list(decide(state, name).servers)
    used = _usage(ws)
    calls = {server: count for (key, server), (count, _) in used.by_server.items() if key == name}
    if as_json:
        last = used.last_used.get(name)
        emit_json(_as_json(item) | {"reaches": reaches, "last_used": last, "calls": calls})
        return
    fields(
        [
            ("name", item.name),
            ("state", _state(item)),
            ("key", item.hint),
            ("owner", _owner(item)),
            ("servers", joined(item.servers, none="says nothing")),
            ("tools", rules(item.tools)),
            ("models", joined(item.models, none="says nothing")),
            ("reaches", ", ".join(reaches) or "no server"),
            ("created", item.created),
            ("expires", item.expires),
            ("rpm", item.rpm),
            ("max concurrent", item.max_concurrent),
            ("networks", ", ".join(item.networks or ())),
            ("used", _when(used.last_used.get(name)) or "never"),
            ("calls", ", ".join(f"{server} {count}" for server, count in calls.items())),
            ("description", item.description),
        ]
    )


@key.command("edit")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@_options
@click.option("--name", "new_name", metavar="NEW", help="Rename it.")
@click.option("--unset", multiple=True, type=click.Choice(_UNSETTABLE), help="Say nothing about this.")
@with_workspace
def edit(
    ws: Workspace, /, names: tuple[str, ...], new_name: str | None, unset: tuple[str, ...], **options: Any
) -> None:
    """Change what keys may do; what is not named stays."""
    changes: dict[str, Any] = dict.fromkeys(unset, None) | _said(options)
    if new_name:
        changes["name"] = new_name
    edit_subjects(ws, "key", names, changes)


@key.command("rotate")
@click.argument("name")
@click.option("--overlap", type=Duration(), default=timedelta(0), help="How long the old one still works.")
@json_option
@with_workspace
def rotate(ws: Workspace, name: str, overlap: timedelta, as_json: bool) -> None:
    """Replace the key by a new one and print that, once."""
    from mcptui.services.keys import rotate_key

    find(ws.load().state.keys, "key", name)
    created = rotate_key(ws, name, overlap=overlap)
    report(created.change)
    _show_once(created.key, created.secret, as_json)


@key.command("revoke")
@click.argument("name")
@yes_option
@with_workspace
def revoke(ws: Workspace, name: str, yes: bool) -> None:
    """Switch a key off; clients lose it within a second."""
    from mcptui.services.keys import revoke_key

    find(ws.load().state.keys, "key", name)
    confirm(f"Revoke key {name}?", yes=yes, refused=f'key "{name}" was not revoked')
    report(revoke_key(ws, name))


@key.command("enable")
@click.argument("name")
@with_workspace
def enable(ws: Workspace, name: str) -> None:
    """Switch a revoked key on again."""
    from mcptui.services.keys import set_key_enabled

    find(ws.load().state.keys, "key", name)
    report(set_key_enabled(ws, name, True))


@key.command("remove")
@click.argument("name")
@yes_option
@with_workspace
def remove(ws: Workspace, name: str, yes: bool) -> None:
    """Remove a key for good."""
    from mcptui.services.keys import remove_key
    from mcptui.services.orphaned_secrets import forget_orphaned_secrets

    find(ws.load().state.keys, "key", name)
    confirm(f"Remove key {name}?", yes=yes, refused=f'key "{name}" was not removed')
    report(change := remove_key(ws, name))
    forget_orphaned_secrets(ws, change)


def _show_once(item: Key, secret: str, as_json: bool) -> None:
    if as_json:
        emit_json(_as_json(item) | {"secret": secret})
    else:
        emit(secret)
    note("This is the only time that it is shown: keep it where your client finds it.")


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
