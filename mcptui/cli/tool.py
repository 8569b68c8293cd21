"""``mcptui tool``: list and call, through the gateway, as a key would."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches

import click

from mcptui.cli.arguments import parse_arguments
from mcptui.cli.call import listing, refuse_denied, request, tell_down
from mcptui.cli.completion import names_of
from mcptui.cli.content import emit_content, first_line
from mcptui.cli.context import wait_for, with_workspace
from mcptui.cli.options import json_option, key_option
from mcptui.cli.output import emit_json, table
from mcptui.errors import McptuiError, NotFoundError
from mcptui.model.runtime import JsonObject
from mcptui.services.workspace import Workspace


@click.group()
def tool() -> None:
    """List and call tools through the gateway."""


@tool.command("list")
@key_option
@click.option("--server", shell_complete=names_of("server"), metavar="NAME", help="Only this server.")
@json_option
@with_workspace
def list_(ws: Workspace, key: str | None, server: str | None, as_json: bool) -> None:
    """List the tools of a key, as its client sees them."""
    listed = wait_for(listing(ws, key, server))
    wait_for(tell_down(ws, key, server))
    if as_json:
        emit_json(listed.tools)
        return
    owners = listed.owners
    rows = [[item["name"], owners.get(item["name"], ("",))[0], first_line(item)] for item in listed.tools]
    table(["TOOL", "SERVER", "DESCRIPTION"], rows)


@tool.command("call", context_settings={"ignore_unknown_options": True})
@click.argument("name", shell_complete=names_of("tool"), metavar="TOOL")
@click.argument("words", nargs=-1, metavar="[NAME=VALUE…]")
@click.option("--args", "text", metavar="JSON|-", help="Arguments as a JSON object; - reads stdin.")
@key_option
@json_option
@with_workspace
def call(ws: Workspace, name: str, words: Sequence[str], text: str | None, key: str | None, as_json: bool) -> None:
    """Call a tool; values are converted to the types of its input schema.

    \b
    mcptui tool call time__get_current_time timezone=Europe/Berlin
    mcptui tool call github__search --args '{"q": "mcp", "limit": 3}' --key cursor
    """
    if text == "-":
        text = sys.stdin.read()
    result = wait_for(_call(ws, name, words, text, key))
    failed = result.get("isError") is True
    if as_json:
        emit_json(result)
    elif not failed:
        emit_content(result)
    if failed:
        said = "\n".join(b["text"] for b in result.get("content", ()) if b.get("type") == "text")
        raise McptuiError(f"{name} returned an error: {said or 'no message'}")


async def _call(ws: Workspace, name: str, words: Sequence[str], text: str | None, key: str | None) -> JsonObject:
    listed = await listing(ws, key, None)
    found = next((item for item in listed.tools if item["name"] == name), None)
    if found is None:
        await refuse_denied(ws, key, name)
        close = get_close_matches(name, [item["name"] for item in listed.tools], n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else "see: mcptui tool list"
        raise NotFoundError(f'there is no tool "{name}"' + (f" for key {key}" if key else ""), hint=hint)
    arguments = parse_arguments(words, text, found.get("inputSchema"))
    return await request(ws, "tools/call", {"name": name, "arguments": arguments}, key=key)
