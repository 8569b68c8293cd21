"""``mcptui gateway``: the gateway process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from mcptui.cli.context import confirm, require_gateway, wait_for, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit, emit_json, fields, note, plain, table
from mcptui.errors import ExitCode
from mcptui.model.runtime import ConnectedClient, GatewayStatus
from mcptui.model.settings import LOOPBACK_HOSTS
from mcptui.protocol.text import counted
from mcptui.services.connected import client_name, find_client, open_words, return_words
from mcptui.services.server_words import state_words
from mcptui.services.workspace import Workspace


@click.group()
def gateway() -> None:
    """Run, start, stop and monitor the gateway."""


def check_host(host: str, yes: bool) -> None:
    """Ask before other machines can connect.

    Raises:
        RefusedError: not confirmed.
    """
    if host not in LOOPBACK_HOSTS:
        confirm(
            f"Listen on {host}: other machines can connect then, without TLS unless it is configured. Continue?",
            yes=yes,
            refused=f"listening on {host} lets other machines connect",
            hint="add --yes to confirm",
        )


@gateway.command("run")
@click.option("--host", help="Overrides mcptui.toml.")
@click.option("--port", type=click.IntRange(0, 65535), help="Overrides mcptui.toml.")
@yes_option
@with_workspace
def run(ws: Workspace, host: str | None, port: int | None, yes: bool) -> int:
    """Run in the foreground until interrupted; for services and containers."""
    check_host(host or ws.load().state.gateway.host, yes)
    from mcptui.daemon.process import run as run_process

    return run_process(ws.paths, host=host, port=port)


@gateway.command("install")
@click.option("--print", "show", is_flag=True, help="Print the service file without writing it.")
@yes_option
@with_workspace
def install(ws: Workspace, show: bool, yes: bool) -> None:
    """Start the gateway at login: a systemd user unit, or a launchd agent."""
    from mcptui.services.autostart import install as install_service
    from mcptui.services.autostart import service

    found = service(ws.paths)
    if show:
        note(str(found.file))
        emit(found.content.decode().rstrip("\n"))
        return
    check_host(ws.load().state.gateway.host, yes)
    wait_for(ws.gateway.stop())  # the service manager starts its own
    install_service(found)
    note(f"installed: {found.file}")


@gateway.command("uninstall")
@with_workspace
def uninstall(ws: Workspace) -> None:
    """Stop the gateway and remove its service."""
    from mcptui.services.autostart import service
    from mcptui.services.autostart import uninstall as uninstall_service

    found = service(ws.paths)
    uninstall_service(found)
    note(f"removed: {found.file}")


@gateway.command("start")
@yes_option
@json_option
@with_workspace
def start(ws: Workspace, yes: bool, as_json: bool) -> None:
    """Start the gateway in the background, unless it is running."""
    check_host(ws.load().state.gateway.host, yes)
    _tell(wait_for(ws.gateway.start()), as_json)


@gateway.command("stop")
@with_workspace
def stop(ws: Workspace) -> None:
    """Stop the gateway and its server processes."""
    if wait_for(ws.gateway.status()) is None:
        note("the gateway is not running")
        return
    wait_for(ws.gateway.stop())
    note("the gateway is stopped")


@gateway.command("restart")
@yes_option
@json_option
@with_workspace
def restart(ws: Workspace, yes: bool, as_json: bool) -> None:
    """Restart the gateway."""
    check_host(ws.load().state.gateway.host, yes)
    _tell(wait_for(ws.gateway.restart()), as_json)


@gateway.command("status")
@json_option
@with_workspace
def status(ws: Workspace, as_json: bool) -> int:
    """Show the status of the gateway and its servers. Exit code 5 when it is not running."""
    found = wait_for(ws.gateway.status())
    if found is None:
        if as_json:
            emit_json({"running": False})
        else:
            note("the gateway is not running; start it with: mcptui gateway start")
        return ExitCode.UNREACHABLE
    _tell(found, as_json)
    return ExitCode.OK


@gateway.command("clients")
@json_option
@with_workspace
def clients(ws: Workspace, as_json: bool) -> None:
    """List the connected clients: those with sessions, streams or calls."""
    found = wait_for(_clients(ws))
    if as_json:
        emit_json([plain(client) for client in found])
        return
    rows = [
        [client.id, client_name(client), client.key, client.address, _local(client.last_used), open_words(client)]
        for client in found
    ]
    table(["ID", "CLIENT", "KEY", "ADDRESS", "LAST USED", "OPEN"], rows)


@gateway.command("disconnect")
@click.argument("client")
@yes_option
@json_option
@with_workspace
def disconnect(ws: Workspace, client: str, yes: bool, as_json: bool) -> None:
    """End the sessions, streams and calls of a client, named by its id, name or key.

    The client can connect again while its key is valid; mcptui key revoke prevents that.
    """
    found = find_client(wait_for(_clients(ws)), client)
    refused = f"{client_name(found)} was not disconnected"
    confirm(f"Disconnect {client_name(found)} of key {found.key}: {open_words(found)}?", yes=yes, refused=refused)
    ended = wait_for(ws.gateway.disconnect(found.id))
    if as_json:
        emit_json({"client": plain(found), "ended": ended})
        return
    note(f"{client_name(found)} is disconnected, {counted(ended, 'connection')} ended")
    note(return_words(found))


async def _clients(ws: Workspace) -> Sequence[ConnectedClient]:
    await require_gateway(ws)
    return await ws.gateway.clients()


@gateway.command("reload")
@with_workspace
def reload(ws: Workspace) -> None:
    """Reload mcptui.toml. Changes of the file are also detected automatically."""

    async def work() -> str:
        await require_gateway(ws)
        return await ws.gateway.reload()

    note(f"the gateway uses revision {wait_for(work())[:12]}")


@click.command("logs")
@click.option("-n", "--lines", type=click.IntRange(min=1), default=200, show_default=True, help="Number of lines.")
@click.option("-f", "--follow", is_flag=True, help="Follow until interrupted.")
@with_workspace
def logs(ws: Workspace, lines: int, follow: bool) -> None:
    """Show the log tail."""
    for line in wait_for(ws.gateway.logs(lines)):
        emit(line)
    if follow:
        wait_for(_follow(ws))


async def _follow(ws: Workspace) -> None:
    async for line in ws.gateway.follow_logs():
        emit(line)


gateway.add_command(logs)


def _local(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def _tell(found: GatewayStatus, as_json: bool) -> None:
    if as_json:
        emit_json({"running": True, **plain(found)})
        return
    fields(
        [
            ("url", f"{found.url}/mcp"),
            ("pid", found.pid),
            ("version", found.version),
            ("running since", _local(found.started)),
            ("sessions", found.sessions),
            ("calls", found.calls),
            ("delays", None if found.delays is None else str(found.delays)),
            ("secrets", f"{found.secrets.backend}, {found.secrets.state}" if found.secrets else None),
        ]
    )
    if found.restart_for:
        note(f"{', '.join(found.restart_for)}: changed; run 'mcptui gateway restart'")
    if found.not_kept is not None:
        note(f"the state cannot be cached for the next start: {found.not_kept}")
    if found.config_error is not None:
        error = found.config_error
        note(f"mcptui.toml is not applied, the last valid state is in use: {error.message}")
        if error.hint:
            note(f"  {error.hint}")
    if found.history_error is not None:
        note(f"calls are not recorded: {found.history_error}")
    if found.servers:
        emit("")
        rows = [[s.name, state_words(s, time.time()), s.transport, s.tools, s.reason] for s in found.servers]
        table(["SERVER", "STATE", "TRANSPORT", "TOOLS", "REASON"], rows)
