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
