"""One request through the gateway: progress on stderr, questions asked, the result given back."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import click

from mcptui.cli.answers import answer_for
from mcptui.cli.context import find, require_gateway
from mcptui.cli.output import note
from mcptui.errors import McptuiError, RefusedError
from mcptui.model.runtime import BROKEN, STATE_WORDS, CallEvent, JsonObject, Listed
from mcptui.protocol.text import one_line
from mcptui.services.workspace import Workspace


def check_key(ws: Workspace, key: str | None) -> None:
    """Be sure that ``key`` exists before the gateway is asked.

    Raises:
        NotFoundError: there is no such key.
    """
    if key is not None:
        find(ws.load().state.keys, "key", key)


async def listing(ws: Workspace, key: str | None, server: str | None) -> Listed:
    """What ``key`` sees, all of it or of one server.

    Raises:
        NotFoundError: no such key or server.
        UnreachableError: the gateway does not run.
    """
    check_key(ws, key)
    if server is not None:
        find(ws.load().state.servers, "server", server)
    await require_gateway(ws)
    return await ws.gateway.listed(key, server)


async def tell_down(ws: Workspace, key: str | None, server: str | None) -> None:
    """Say which servers of a list do not answer: what they have is missing in it, or is as it was last."""
    from mcptui.access import decide

    if (status := await ws.gateway.status()) is None:
        return
    access = decide(ws.load().state, key)
    for each in status.servers:
        if each.state in BROKEN and server in (None, each.name) and access.allows_server(each.name):
            reason = f": {one_line(each.reason, limit=200)}" if each.reason else ""
            note(f"server {each.name} is down ({STATE_WORDS[each.state]}){reason}")


async def request(ws: Workspace, method: str, params: JsonObject, *, key: str | None) -> JsonObject:
    """Make one request as ``key`` (None: as the owner) and give back its result.

    Raises:
        RefusedError: ``key`` has no access to what it asks for.
        McptuiError: the server answered with an error.
    """
    check_key(ws, key)
    await require_gateway(ws)
    try:
        return await follow(ws, ws.gateway.call(method, params, key=key))
    except McptuiError:
        await refuse_denied(ws, key, str(params.get("name", params.get("uri"))))
        raise


async def refuse_denied(ws: Workspace, key: str | None, name: str) -> None:
    """Tell the owner that ``name`` exists and ``key`` has no access to it: clients are told that it does not exist.

    Raises:
        RefusedError: with the rule that denies it.
    """
    if key is None:
        return
    listed = await ws.gateway.listed(None)
    if (owner := listed.owners.get(name)) is None or name in (await ws.gateway.listed(key)).owners:
        return
    from mcptui.access import explain

    tool = owner[1] if any(item["name"] == name for item in listed.tools) else None
    found = explain(ws.load().state, key, owner[0], tool)
    reason = "" if found.allowed else f": {found.reason}"
    words = ["mcptui", "access", "explain", "--key", key, "--server", owner[0], *(["--tool", tool] if tool else ())]
    raise RefusedError(f"key {key} has no access to {name}{reason}", hint=f"see: {shlex.join(words)}")


async def follow(ws: Workspace, events: AsyncGenerator[CallEvent, None]) -> JsonObject:
    """Narrate and answer until the result is there.

    Raises:
        McptuiError: the call ended with an error, or without any end.
    """
    progress = _Progress()
    async with aclosing(events):
        async for event in events:
            if event.type == "progress":
                progress.show(event.value)
            elif event.type == "log":
                progress.end()
                data = event.value.get("data")
                text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
                note(f"{event.value.get('level', 'log')}: {one_line(text)}")
            elif event.type == "ask":
                progress.end()
                await answer_ask(ws, event.value)
            elif event.type == "result":
                progress.end()
                return event.value
            elif event.type == "error":
                progress.end()
                raise call_error(event.value)
    raise McptuiError("the gateway closed the call without a result", hint="see: mcptui logs")


async def answer_ask(ws: Workspace, ask: JsonObject) -> None:
    """Answer what a server wants to know: by the person at the terminal, else by declining."""
    result, error = answer_for(str(ask["method"]), ask.get("params") or {})
    await ws.gateway.reply(ask["id"], result, error)


def call_error(error: JsonObject) -> McptuiError:
    """A JSON-RPC error as one that a person can read."""
    data = error.get("data")
    hint = data.get("hint") if isinstance(data, dict) else None
    code = f" (code {error['code']})" if error.get("code") is not None else ""
    return McptuiError(f"{error.get('message', 'failed')}{code}", hint=hint)


class _Progress:
    """Progress on stderr: one line that is rewritten on a terminal, a line each elsewhere."""

    def __init__(self) -> None:
        self._rewrites = sys.stderr.isatty()
        self._open = False

    def show(self, value: dict[str, Any]) -> None:
        done, total = value.get("progress"), value.get("total")
        share = f"{done:g}/{total:g}" if isinstance(done, (int, float)) and isinstance(total, (int, float)) else done
        text = one_line(f"… {share} {value.get('message') or ''}".rstrip(), limit=79)
        if self._rewrites:
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)
            self._open = True
        else:
            click.echo(text, err=True)

    def end(self) -> None:
        if self._open:
            click.echo("\r\x1b[K", nl=False, err=True)
            self._open = False
