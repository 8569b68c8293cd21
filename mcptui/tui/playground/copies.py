"""A request as something to paste elsewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from textwrap import indent
from typing import Final

from mcptui.model.runtime import Json
from mcptui.tui.playground.items import Item, Request
from mcptui.tui.playground.outcome import Outcome

#: The end of the imports, with a line for the key.
_IMPORTS: Final = """\
import os

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

HEADERS = {"Authorization": f"Bearer {os.environ['MCPTUI_KEY']}"}
"""


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
    return f"""\
import asyncio
{_IMPORTS}

async def main():
{_session(request, base_url, "print({})")}


asyncio.run(main())
"""


def pytest_function(item: Item, request: Request, outcome: Outcome | None, base_url: str) -> str:
    """A test with the official SDK that makes the call and expects what ``outcome`` was, if there is one."""
    name = re.sub(r"\W+", "_", item.name, flags=re.ASCII).strip("_").lower() or "call"
    if outcome is not None and outcome.kind == "protocol_error":
        imports = _IMPORTS.replace("import Client", "import Client, MCPError")
        use = "try:\n            {}\n        except MCPError as error:\n            return error.message"
        lines = [f"assert asyncio.run(call()) == {str(outcome.body.get('message', ''))!r}"]
    else:
        imports, use = _IMPORTS, "return {}"
        lines = ["result = asyncio.run(call())", *_expected(item, outcome)]
    body = "\n".join(f"    {line}" for line in lines)
    return f"""\
import asyncio
{imports}

def test_{name}():
    async def call():
{indent(_session(request, base_url, use), "    ")}

{body}
"""


def _session(request: Request, base_url: str, use: str) -> str:
    """The body of a coroutine that opens a session and makes the call; ``use`` says what becomes of the result."""
    call = {
        "tools/call": "await client.call_tool({name}, {arguments})",
        "prompts/get": "await client.get_prompt({name}, {arguments})",
        "resources/read": "await client.read_resource({uri})",
    }[request.method]
    values = {name: repr(request.params.get(name, {})) for name in ("name", "arguments", "uri")}
    return f"""\
    async with (
        httpx2.AsyncClient(headers=HEADERS, timeout=60) as http,
        Client(streamable_http_client({f"{base_url}/mcp"!r}, http_client=http)) as client,
    ):
        {use.format(call.format(**values))}"""


def _expected(item: Item, outcome: Outcome | None) -> Iterator[str]:
    """What the result has to be, as far as another call can be expected to give the same."""
    if item.tab == "tools":
        yield "assert result.is_error" if outcome and outcome.kind == "tool_error" else "assert not result.is_error"
    if outcome is None or outcome.kind not in {"ok", "tool_error"}:
        return
    if item.tab == "tools" and "structuredContent" in outcome.body:
        yield f"assert result.structured_content == {outcome.body['structuredContent']!r}"
    place, text = {
        "tools": ("content", "part.text for part in result.content if part.type == 'text'"),
        "prompts": ("messages", "part.content.text for part in result.messages if part.content.type == 'text'"),
        "resources": ("contents", "part.text for part in result.contents if hasattr(part, 'text')"),
    }[item.tab]
    texts = [found for part in _list(outcome.body.get(place)) if (found := _text(part)) is not None]
    yield f"assert [{text}] == {texts!r}"


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(part: Json) -> str | None:
    """The text of a block, of a message's block, or of a resource."""
    block = part.get("content", part) if isinstance(part, dict) else None
    text = block.get("text") if isinstance(block, dict) and block.get("type", "text") == "text" else None
    return text if isinstance(text, str) else None


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
