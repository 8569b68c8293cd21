"""``mcptui server``: the MCP servers behind the gateway."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import click

from mcptui.cli.completion import names_of
from mcptui.cli.content import first_line
from mcptui.cli.context import confirm, find, finish, read_secret, report, wait_for, with_workspace
from mcptui.cli.import_ import import_
from mcptui.cli.login import login, logout
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, fields, note, plain, table
from mcptui.cli.probe import ServerFailedError, probe
from mcptui.cli.settings_options import (
    asked_for,
    option_name,
    said,
    setting_rows,
    settings_options,
    unset_option,
    unset_values,
)
from mcptui.errors import ExitCode, McptuiError, RefusedError
from mcptui.model import Server
from mcptui.model.names import server_name_problem
from mcptui.model.setting import changed, make, settings_of
from mcptui.protocol.text import one_line
from mcptui.services.workspace import Workspace


@click.group()
def server() -> None:
    """MCP servers: add, test, edit."""


# The same command stands at the top, because it also brings models and groups.
server.add_command(import_)


_secrets_option = click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="NAME",
    help="Secret header (URL) or environment variable (command): prompted for, or read from stdin; repeatable.",
)


def _target(words: tuple[str, ...]) -> dict[str, Any]:
    """``URL`` or ``COMMAND ARG…`` as fields of a server."""
    if _is_url(words):
        return {"url": words[0], "command": None, "args": ()}
    return {"url": None, "command": words[0], "args": words[1:]}


def _is_url(words: tuple[str, ...]) -> bool:
    return len(words) == 1 and "://" in words[0]


def _said(options: dict[str, Any]) -> dict[str, Any]:
    """What the command line says in place of what there is; headers and variables are added."""
    return {name: value for name, value in said(Server, options).items() if name not in ("headers", "env")}


def _with_credentials(ws: Workspace, draft: Server, options: dict[str, Any]) -> Server:
    """``draft`` with headers, variables and the credential; secrets go to the store, references stay here."""
    from mcptui.services.secrets import set_secret

    def keep(name: str, what: str) -> str:
        path = f"server/{draft.name}/{name.lower()}"
        set_secret(ws, path, read_secret(what))
        return f"${{secret:{path}}}"

    if draft.is_stdio:
        _reject(options["headers"], "--header", "a command takes environment variables: --env")
    else:
        _reject(options["env"], "--env", "a URL takes headers: --header")
    _reject_settings_of_others(draft, options)
    secrets = {setting.name: setting for setting in asked_for(Server, options)}
    if options["auth_type"] is not None:
        # Who says how to sign in has ready what that kind cannot do without.
        secrets |= {name: each for name, each in settings_of(type(draft.auth)).items() if each.about.is_asked}
    for name, setting in secrets.items():
        what = f"{draft.auth.TYPE} {setting.about.title.lower()} of {draft.name}"
        draft = changed(draft, {name: keep(setting.about.kept_as, what)})
    asked = {name: keep(name, f"{name} of {draft.name}") for name in options["secrets"]}
    if draft.is_stdio:
        return replace(draft, env={**draft.env, **dict(options["env"]), **asked})
    return replace(draft, headers={**draft.headers, **dict(options["headers"]), **asked})


def _reject_settings_of_others(draft: Server, options: dict[str, Any]) -> None:
    """What another kind of auth has would be lost."""
    settings = settings_of(Server)
    for name in [*_said(options), *(setting.name for setting in asked_for(Server, options))]:
        if (kinds := settings[name].only_with) and draft.auth.TYPE not in kinds:
            wanted = "|".join(kinds)
            raise click.UsageError(f"{option_name(settings[name])} does not apply: it needs --auth-type {wanted}")


def _reject(pairs: Iterable[tuple[str, str]], option: str, instead: str) -> None:
    if pairs:
        raise click.UsageError(f"{option} does not apply: {instead}")


@server.command("add")
@click.argument("name")
@click.argument("target", nargs=-1, required=True, metavar="URL | -- COMMAND ARG…")
@settings_options(Server)
@_secrets_option
@click.option("--disabled", is_flag=True, help="Save it disabled.")
@click.option("--replace", "replacing", is_flag=True, help="Overwrite an existing server.")
@click.option("--no-test", is_flag=True, help="Save without testing.")
@click.option(
    "--require-ready", is_flag=True, help="Exit with code 1 when the saved server fails its test; for scripts."
)
@with_workspace
def add(
    ws: Workspace,
    /,
    name: str,
    target: tuple[str, ...],
    disabled: bool,
    replacing: bool,
    no_test: bool,
    require_ready: bool,
    **options: Any,
) -> None:
    """Add a server by URL or command, then test it.

    \b
    mcptui server add deepwiki https://mcp.deepwiki.com/mcp
    mcptui server add files -- npx -y @modelcontextprotocol/server-filesystem ~/docs
    mcptui server add github https://api.example/mcp --auth-type bearer_token < token.txt
    """
    from mcptui.services.servers import add_server

    if require_ready and (no_test or disabled):
        raise click.UsageError("--require-ready cannot be combined with --no-test or --disabled")
    # Before a secret is asked for and kept.
    if problem := server_name_problem(name):
        raise RefusedError(f'"{name}" {problem}')
    if name in ws.load().state.servers and not replacing:
        raise RefusedError(f'server "{name}" exists', hint="use server edit, or --replace")
    draft = make(Server, {"name": name, "enabled": not disabled, **_target(target), **_said(options)})
    change = add_server(ws, _with_credentials(ws, draft, options), replace=replacing)
    finish(ws, change)
    if no_test or disabled:
        return
    try:
        wait_for(probe(ws, change.after.state.servers[name]))
    except KeyboardInterrupt:
        note(f"\n{name} is saved. Its state: mcptui server list; test it again: mcptui server test {name}")
        raise
    except McptuiError as error:
        how = "the test failed" if isinstance(error, ServerFailedError) else "it could not be tested"
        note(f"saved, but {how}: {error.message}")
        if error.hint:
            note(f"  {error.hint}")
        note(f"  test again with: mcptui server test {name}")
        if require_ready:
            raise SystemExit(ExitCode.FAILED) from None


@server.command("list")
@json_option
@with_workspace
def list_(ws: Workspace, as_json: bool) -> None:
    """List servers with their state in the running gateway."""
    from mcptui.services.server_words import state_words
    from mcptui.services.servers import who_uses
    from mcptui.state.extract_secrets import cover_secrets

    state = ws.load().state
    servers = [cover_secrets(item) for item in state.servers.values()]
    status = wait_for(ws.gateway.status())
    seen = {found.name: found for found in status.servers} if status else {}
    if as_json:
        emit_json([plain(item) | {"status": seen.get(item.name)} for item in servers])
        return
    rows = []
    for item in servers:
        now = seen.get(item.name)
        word = state_words(now, time.time()) if now else ("enabled" if item.enabled else "disabled")
        transport = (now.transport if now else None) or ("stdio" if item.is_stdio else item.transport)
        transport += "" if item.verify_tls else ", TLS not verified"
        tools = now.tools if now and now.state in ("ready", "idle") else ""
        rows.append([item.name, word, transport, tools, ", ".join(who_uses(state, item.name)), _where(item)])
    table(["NAME", "STATE", "TRANSPORT", "TOOLS", "USED BY", "TARGET"], rows)
    for now in seen.values():
        if now.state == "starting" and now.reason:
            note(f"{now.name} is starting; last output: {one_line(now.reason, limit=200)}")
    if status is None:
        note("the gateway is not running; start it with: mcptui gateway start")


@server.command("show")
@click.argument("name", shell_complete=names_of("server"))
@json_option
@with_workspace
def show(ws: Workspace, name: str, as_json: bool) -> None:
    """Show a server; secrets are shown as references or dots."""
    from mcptui.services.server_words import state_words
    from mcptui.services.servers import who_uses
    from mcptui.state.extract_secrets import cover_secrets

    state = ws.load().state
    item = cover_secrets(find(state.servers, "server", name))
    status = wait_for(ws.gateway.status())
    now = next((found for found in status.servers if found.name == name), None) if status else None
    if as_json:
        emit_json(plain(item) | {"status": now})
        return
    fields(
        [
            ("name", item.name),
            ("target", _where(item)),
            ("enabled", "yes" if item.enabled else "no"),
            ("state", state_words(now, time.time()) if now else None),
            ("reason", now.reason if now else None),
            ("hint", now.hint if now else None),
            ("transport", (now.transport if now else None) or item.transport),
            ("protocol", now.protocol_version if now else None),
            ("tools", now.tools if now else None),
            ("prompts", now.prompts if now else None),
            ("resources", now.resources if now else None),
            ("warning", None if item.verify_tls else "TLS certificate not verified (verify_tls)"),
            *(("remark", remark) for remark in (now.remarks if now else ())),
            *setting_rows(item, but=("transport",)),
            ("used by", ", ".join(who_uses(state, name)) or "none"),
        ]
    )


class _Edit(click.Command):
    """Takes a new command only after ``--``: a second name would otherwise become the server's command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_separated = "--" in args
        rest = super().parse_args(ctx, args)
        if (words := ctx.params["target"]) and not is_separated and not _is_url(words):
            hint = f"mcptui server edit {ctx.params['name']} -- {shlex.join(words)}"
            raise click.UsageError(f"{words[0]} is not a URL; for a new command: {hint}", ctx)
        return rest


@server.command("edit", cls=_Edit)
@click.argument("name", shell_complete=names_of("server"))
@click.argument("target", nargs=-1, metavar="[URL | -- COMMAND ARG…]")
@settings_options(Server)
@_secrets_option
@click.option("--name", "new_name", metavar="NEW", help="Rename the server; references are updated.")
@unset_option(Server)
@with_workspace
def edit(
    ws: Workspace,
    /,
    name: str,
    target: tuple[str, ...],
    new_name: str | None,
    unset: tuple[str, ...],
    **options: Any,
) -> None:
    """Update a server; omitted options are unchanged. Headers and environment variables are added."""
    from mcptui.services.servers import update_server

    loaded = ws.load()
    item = find(loaded.state.servers, "server", name)
    defaults = unset_values(Server, unset)
    changes = defaults | _said(options) | (_target(target) if target else {})
    if not (
        changes or new_name or asked_for(Server, options) or options["headers"] or options["env"] or options["secrets"]
    ):
        raise click.UsageError("nothing to change; see --help for the options")
    draft = _with_credentials(ws, changed(item, changes), options)
    if new_name:
        draft = replace(draft, name=new_name)
    finish(ws, update_server(ws, name, draft, expected=loaded.revision, unset=defaults))


@server.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME…", shell_complete=names_of("server"))
@yes_option
@with_workspace
def remove(ws: Workspace, names: tuple[str, ...], yes: bool) -> None:
    """Delete servers and all references to them."""
    from mcptui.services.servers import remove_server, who_uses

    state = ws.load().state
    for name in names:
        find(state.servers, "server", name)
    users = sorted({user for name in names for user in who_uses(state, name)})
    losing = f" ({', '.join(users)} will lose access)" if users else ""
    what, be = ", ".join(names), "was" if len(names) == 1 else "were"
    confirm(f"Delete {what}{losing}?", yes=yes, refused=f"{what} {be} not deleted{losing}")
    finish(ws, remove_server(ws, names))


@server.command("enable")
@click.argument("names", nargs=-1, required=True, metavar="NAME…", shell_complete=names_of("server"))
@with_workspace
def enable(ws: Workspace, names: tuple[str, ...]) -> None:
    """Enable servers."""
    _switch(ws, names, enabled=True)


@server.command("disable")
@click.argument("names", nargs=-1, required=True, metavar="NAME…", shell_complete=names_of("server"))
@with_workspace
def disable(ws: Workspace, names: tuple[str, ...]) -> None:
    """Disable servers: hidden from all keys until enabled."""
    _switch(ws, names, enabled=False)


def _switch(ws: Workspace, names: tuple[str, ...], *, enabled: bool) -> None:
    from mcptui.services.servers import set_servers_enabled

    servers = ws.load().state.servers
    for name in names:
        find(servers, "server", name)
    report(set_servers_enabled(ws, names, enabled))


@server.command("test")
@click.argument("name", shell_complete=names_of("server"))
@json_option
@with_workspace
def test(ws: Workspace, name: str, as_json: bool) -> None:
    """Test a server: connect, initialize, list. Exit code 1 when a step fails."""
    found = wait_for(probe(ws, find(ws.load().state.servers, "server", name)))
    if as_json:
        emit_json(found)
        return
    table(["TOOL", "DESCRIPTION"], [[item.get("name"), first_line(item)] for item in found.get("tools", ())])


server.add_command(login)
server.add_command(logout)


def _where(item: Server) -> str:
    return item.url or shlex.join([item.command or "", *item.args])
