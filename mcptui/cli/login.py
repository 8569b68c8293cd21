"""``mcptui server login`` and ``logout``: OAuth, also on a machine without a browser."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import find, wait_for, with_workspace
from mcptui.cli.output import note
from mcptui.cli.probe import running_gateway
from mcptui.errors import McptuiError
from mcptui.tasks import start_task

if TYPE_CHECKING:
    from mcptui.services.workspace import Workspace

_key_option = click.option(
    "--key",
    shell_complete=names_of("key"),
    metavar="NAME",
    help="Log in for this key, on servers with an OAuth token per key.",
)


@click.command("login")
@click.argument("name", shell_complete=names_of("server"))
@_key_option
@click.option("--no-browser", is_flag=True, help="Print the URL without opening a browser.")
@with_workspace
def login(ws: Workspace, name: str, key: str | None, no_browser: bool) -> None:
    """Log in to a server with OAuth.

    The URL is shown and, where there is a browser, opened. With a browser on another machine, paste the URL that it
    ends at (http://127.0.0.1:…/callback?code=…), though it shows an error there, and press enter.
    """
    _checked(ws, name, key)
    wait_for(_log_in(ws, name, key, browser=not no_browser))


@click.command("logout")
@click.argument("name", shell_complete=names_of("server"))
@_key_option
@with_workspace
def logout(ws: Workspace, name: str, key: str | None) -> None:
    """Log out of a server: revoke and delete its tokens."""
    _checked(ws, name, key)

    async def log_out() -> None:
        async with running_gateway(ws):
            await ws.gateway.log_out(name, key)

    wait_for(log_out())
    note(f"logged out of {name}")


def _checked(ws: Workspace, name: str, key: str | None) -> None:
    state = ws.load().state
    find(state.servers, "server", name)
    if key is not None:
        find(state.keys, "key", key)


async def _log_in(ws: Workspace, name: str, key: str | None, *, browser: bool) -> None:
    from mcptui.services.browser import has_browser, open_page

    async with running_gateway(ws), aclosing(ws.gateway.log_in(name, key)) as events:
        pasting: asyncio.Task[None] | None = None
        try:
            async for event in events:
                value = event.value
                if event.type == "open":
                    for remark in value["remarks"]:
                        note(remark)
                    note("Log in at this URL:")
                    note(value["url"])
                    if browser and has_browser():
                        await asyncio.to_thread(open_page, value["url"])
                    note("Browser on another machine? Paste the redirect URL here.")
                    pasting = start_task(_paste(ws, value["id"]), name="pasted URL")
                elif event.type == "failed":
                    raise McptuiError(f"{name}: {value['message']}", hint=value["hint"])
                else:
                    scope = f" ({value['scope']})" if value.get("scope") else ""
                    note(f"logged in to {name}{scope}")
        finally:
            if pasting is not None:
                pasting.cancel()


async def _paste(ws: Workspace, id_: str) -> None:
    """Lines of stdin, each tried as a redirect URL."""
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop, stream = asyncio.get_running_loop(), sys.stdin.fileno()

    def ready() -> None:
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(stream)
        lines.put_nowait(line)

    with contextlib.suppress(PermissionError):  # a file: what it holds is read at once
        loop.add_reader(stream, ready)
    try:
        while line := await lines.get():
            try:
                if line.strip():
                    await ws.gateway.paste_login(id_, line.strip())
                    return
            except McptuiError as error:
                note(error.message + (f" ({error.hint})" if error.hint else ""))
    finally:
        loop.remove_reader(stream)
