"""``mcptui resource``: list and read, through the gateway, as a key would."""

from __future__ import annotations

import click

from mcptui.cli.call import listing, request, tell_down
from mcptui.cli.completion import names_of
from mcptui.cli.content import first_line, resource_text
from mcptui.cli.context import wait_for, with_workspace
from mcptui.cli.options import json_option, key_option
from mcptui.cli.output import emit, emit_json, table
from mcptui.services.workspace import Workspace


@click.group()
def resource() -> None:
    """List and read resources through the gateway."""


@resource.command("list")
@key_option
@click.option("--server", shell_complete=names_of("server"), metavar="NAME", help="Only this server.")
@json_option
@with_workspace
def list_(ws: Workspace, key: str | None, server: str | None, as_json: bool) -> None:
    """List the resources and resource templates of a key."""
    listed = wait_for(listing(ws, key, server))
    wait_for(tell_down(ws, key, server))
    if as_json:
        emit_json({"resources": listed.resources, "templates": listed.templates})
        return
    rows = [(item["uri"], item) for item in listed.resources]
    rows += [(item["uriTemplate"], item) for item in listed.templates]
    table(
        ["URI", "SERVER", "NAME", "DESCRIPTION"],
        [[uri, listed.owners.get(uri, ("",))[0], item.get("name"), first_line(item)] for uri, item in rows],
    )


@resource.command("read")
@click.argument("uri", shell_complete=names_of("resource"))
@key_option
@json_option
@with_workspace
def read(ws: Workspace, uri: str, key: str | None, as_json: bool) -> None:
    """Read a resource."""
    result = wait_for(request(ws, "resources/read", {"uri": uri}, key=key))
    if as_json:
        emit_json(result)
        return
    for contents in result.get("contents", ()):
        emit(resource_text(contents))
