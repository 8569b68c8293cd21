"""``mcptui prompt``: list and get, through the gateway, as a key would."""

from __future__ import annotations

import click

from mcptui.cli.call import listing, request, tell_down
from mcptui.cli.completion import names_of
from mcptui.cli.content import block_text, first_line
from mcptui.cli.context import wait_for, with_workspace
from mcptui.cli.options import Pair, json_option, key_option
from mcptui.cli.output import emit, emit_json, table
from mcptui.services.workspace import Workspace


@click.group()
def prompt() -> None:
    """List and get prompts through the gateway."""


@prompt.command("list")
@key_option
@click.option("--server", shell_complete=names_of("server"), metavar="NAME", help="Only this server.")
@json_option
@with_workspace
def list_(ws: Workspace, key: str | None, server: str | None, as_json: bool) -> None:
    """List the prompts of a key with their arguments; * means required."""
    listed = wait_for(listing(ws, key, server))
    wait_for(tell_down(ws, key, server))
    if as_json:
        emit_json(listed.prompts)
        return
    rows = []
    for item in listed.prompts:
        arguments = [a["name"] + ("*" if a.get("required") else "") for a in item.get("arguments") or ()]
        owner = listed.owners.get(item["name"], ("",))[0]
        rows.append([item["name"], owner, " ".join(arguments), first_line(item)])
    table(["PROMPT", "SERVER", "ARGUMENTS", "DESCRIPTION"], rows)


@prompt.command("get")
@click.argument("name", shell_complete=names_of("prompt"), metavar="PROMPT")
@click.argument("words", nargs=-1, type=Pair(), metavar="[NAME=VALUE…]")
@key_option
@json_option
@with_workspace
def get(ws: Workspace, name: str, words: tuple[tuple[str, str], ...], key: str | None, as_json: bool) -> None:
    """Get the messages of a prompt."""
    result = wait_for(request(ws, "prompts/get", {"name": name, "arguments": dict(words)}, key=key))
    if as_json:
        emit_json(result)
        return
    for message in result.get("messages", ()):
        emit(f"{message.get('role', '')}: {block_text(message.get('content') or {})}")
