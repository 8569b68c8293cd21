"""``mcptui export``: the configuration of a client for the gateway, printed or installed."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import get_args

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import confirm, find, on_terminal, read_secret, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit, emit_json, note, table
from mcptui.errors import RefusedError
from mcptui.interop.access import KEY_VARIABLE, GatewayAccess
from mcptui.interop.clients import CLIENTS
from mcptui.interop.exports import EXPORTS
from mcptui.interop.machine import Machine
from mcptui.services.clients import (
    Installation,
    Way,
    client_files,
    install,
    installed_in,
    plan_install,
    plan_removal,
)
from mcptui.services.clients import (
    export as export_service,
)
from mcptui.services.kept_keys import keep_key, kept_key, problem_of_connect, require_same_key
from mcptui.services.workspace import Workspace


@click.command("export")
@click.argument("kind", required=False, type=click.Choice(EXPORTS), metavar="[CLIENT]")
@click.option("--key", "key_name", shell_complete=names_of("key"), metavar="NAME", help="Key of the client.")
@click.option("--write", is_flag=True, help="Write to the client's configuration file, with a backup.")
@click.option("--remove", is_flag=True, help="Remove the entry from the client's configuration file.")
@click.option("--reveal", is_flag=True, help="Include the key itself: from the secret store, a prompt, or stdin.")
@click.option("--via", "way", type=click.Choice(get_args(Way)), help="Connect by URL, or by a command (stdio bridge).")
@click.option(
    "--server",
    default="",
    shell_complete=names_of("server", is_list=True),
    metavar="NAME[,NAME]",
    help="Only these servers.",
)
@click.option("--name", default="mcptui", show_default=True, help="Name of the entry in the client.")
@click.option("--url", metavar="URL", help="Public URL of the gateway, such as a tunnel's.")
@click.option(
    "--key-env", default=KEY_VARIABLE, show_default=True, metavar="VAR", help="Environment variable with the key."
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Path of the configuration file, such as a project's.",
)
@yes_option
@json_option
@with_workspace
def export(
    ws: Workspace,
    /,
    kind: str | None,
    key_name: str | None,
    write: bool,
    remove: bool,
    reveal: bool,
    way: Way | None,
    server: str,
    name: str,
    url: str | None,
    key_env: str,
    file: Path | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Connect a client to the gateway. Without CLIENT: list the clients on this machine.

    The key itself is written only with --reveal. Otherwise the client reads it from a variable, or starts
    mcptui connect, which takes it from the secret store.

    \b
    mcptui export cursor --key laptop
    mcptui export cursor --key laptop --write --reveal
    mcptui export cursor --remove
    mcptui export curl --key laptop
    """
    if kind is None:
        _list(name, as_json)
        return
    if (write or remove or file) and kind not in CLIENTS:
        raise click.UsageError(f"{kind} has no configuration file")
    if write and remove:
        raise click.UsageError("--write and --remove are mutually exclusive")
    if remove:
        _apply(ws, plan_removal(kind, name=name, file=file), yes=yes, as_json=as_json, verb="removed from")
        return
    if key_name is None:
        raise click.UsageError("--key NAME is required; create a key with: mcptui key create NAME")
    secret = _key_from_pipe(ws, key_name) if reveal else None
    loaded = ws.load()
    key = find(loaded.state.keys, "key", key_name)
    if reveal and secret is None:
        secret = _key_itself(ws, key_name)
    access = GatewayAccess(
        base_url=url or loaded.state.gateway.base_url,
        key=secret,
        variable=key_env,
        server=server,
        name=name,
    )
    if secret is not None:
        require_same_key(key, secret)
    if write:
        plan = plan_install(ws, kind, key_name, access, way=way, file=file)
        _apply(ws, plan, yes=yes, as_json=as_json, verb="written to", keep=key_name if plan.uses_kept_key else None)
        return
    text = export_service(ws, kind, key_name, access, way=way)
    if as_json:
        emit_json({"client": kind, "key": key_name, "url": access.url, "text": text})
    else:
        emit(text.rstrip("\n"))
    _hints(ws, kind, key_name, access, text)


def _key_from_pipe(ws: Workspace, key_name: str) -> str | None:
    """What comes through a pipe where there is no such key: the command that makes it may not have done so yet."""
    if on_terminal() or key_name in ws.load().state.keys:
        return None
    with contextlib.suppress(RefusedError):
        return read_secret(f"Key {key_name}")
    return None


def _key_itself(ws: Workspace, key_name: str) -> str:
    return kept_key(ws, key_name) or read_secret(f"Key {key_name}")


def _apply(ws: Workspace, plan: Installation, *, yes: bool, as_json: bool, verb: str, keep: str | None = None) -> None:
    if not as_json:
        for line in plan.diff:
            emit(line)
    backup = None
    if plan.problem is not None:
        note(f"warning: {plan.problem}")
    if plan.changes:
        confirm(f"Change {plan.path}?", yes=yes, refused=f"{plan.path} was not changed")
    if keep is not None and kept_key(ws, keep) is None:
        keep_key(ws, keep, read_secret(f"Key {keep}, for the secret store"))
    if plan.changes:
        backup = install(ws, plan)
        note(f"{plan.name} {verb} {plan.path}")
        note(plan.client.then)
        if backup is not None:
            note(f"backup of the previous file: {backup}")
    else:
        note(f"{plan.path} needs no change")
    if as_json:
        emit_json(
            {"client": plan.client.id, "file": plan.path, "changed": plan.changes, "diff": plan.diff, "backup": backup}
        )


def _hints(ws: Workspace, kind: str, key_name: str, access: GatewayAccess, text: str) -> None:
    if kind in CLIENTS:
        client = CLIENTS[kind]
        file = next(iter(client_files(client, Machine.here())), client.files(Machine.here())[0])
        note(f"add this to {file}, or use --write. {client.then}")
    if access.key is None and access.variable in text:
        note(f"the key is read from the environment variable {access.variable}; --reveal writes the key itself")
    if "--key-secret" in text:
        if kept_key(ws, key_name) is None:
            note(f"store the key first: mcptui secret set key/{key_name}")
        if (problem := problem_of_connect(ws)) is not None:
            note(f"warning: {problem}")


def _list(name: str, as_json: bool) -> None:
    machine = Machine.here()
    rows = []
    for client in CLIENTS.values():
        files = client_files(client, machine)
        installed = [path for path in files if installed_in(client, path, name)]
        shown = (installed or files or [client.files(machine)[0]])[0]
        state = "uses mcptui" if installed else "found" if files else "no file yet"
        rows.append({"client": client.id, "title": client.title, "state": state, "file": shown})
    if as_json:
        emit_json(rows)
        return
    table(["CLIENT", "", "STATE", "FILE"], [[row["client"], row["title"], row["state"], row["file"]] for row in rows])
