"""A request as something to paste elsewhere."""

from __future__ import annotations

import json
import shlex

from mcptui.tui.test.items import Item, Request


def command_line(item: Item, request: Request, key: str | None) -> str:
    """The ``mcptui`` command that does the same."""
    words = {"tools/call": ["tool", "call"], "prompts/get": ["prompt", "get"], "resources/read": ["resource", "read"]}
    command = ["mcptui", *words[request.method], request.params.get("uri") or item.name]
    arguments = request.params.get("arguments")
    if arguments and item.tab == "tools":
        command += ["--args", json.dumps(arguments, ensure_ascii=False)]
    elif arguments:
        command += [f"{name}={value}" for name, value in arguments.items()]
    if key is not None:
        command += ["--key", key]
    return shlex.join(command)


def python(request: Request, base_url: str) -> str:
    """A program with the official SDK (``mcp`` 2), with the key in a variable of the environment."""
    call = {
        "tools/call": "await client.call_tool({name}, {arguments})",
        "prompts/get": "await client.get_prompt({name}, {arguments})",
        "resources/read": "await client.read_resource({uri})",
    }[request.method]
    values = {name: repr(request.params.get(name, {})) for name in ("name", "arguments", "uri")}
    return f"""\
import asyncio
import os

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

HEADERS = {{"Authorization": f"Bearer {{os.environ['MCPTUI_KEY']}}"}}


async def main():
    async with (
        httpx2.AsyncClient(headers=HEADERS, timeout=60) as http,
        Client(streamable_http_client({f"{base_url}/mcp"!r}, http_client=http)) as client,
    ):
        print({call.format(**values)})


asyncio.run(main())
"""


def curl(request: Request, base_url: str) -> str:
    """The request over HTTP, with the key in a variable of the shell."""
    body = {"jsonrpc": "2.0", "id": 1, "method": request.method, "params": request.params}
    return " \\\n  ".join(
        [
            f"curl {shlex.quote(f'{base_url}/mcp')}",
            '--header "Authorization: Bearer $MCPTUI_KEY"',
            "--header 'Content-Type: application/json'",
            "--header 'Accept: application/json, text/event-stream'",
            f"--data {shlex.quote(json.dumps(body, ensure_ascii=False))}",
        ]
    )
