"""Programs and commands that reach the gateway: OpenAI Responses API, curl, Python, TypeScript."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Final

from mcptui.interop.access import GatewayAccess

# Stands for the key until the text around it is quoted.
_KEY: Final = "\0"


def openai(access: GatewayAccess) -> str:
    """A request to ``/v1/responses`` whose tools are the gateway's."""
    body = {
        "model": "gpt-4o",
        "tools": [
            {
                "type": "mcp",
                "server_label": access.name,
                "server_url": access.url,
                "require_approval": "never",
                "headers": {"x-litellm-api-key": f"Bearer {_KEY}"},
            }
        ],
        "input": "Run available tools",
        "tool_choice": "required",
    }
    return _curl(access, f"{access.base_url.rstrip('/')}/v1/responses", body, indent=2)


def curl(access: GatewayAccess) -> str:
    """List the tools, as a client of the handshake revisions that needs no session."""
    body = {"jsonrpc": "2.0", "id": access.name, "method": "tools/list", "params": {}}
    return _curl(access, access.url, body, accept="application/json, text/event-stream")


def fastmcp(access: GatewayAccess) -> str:
    """A Python program with FastMCP."""
    return f"""\
import asyncio
import json
{_imports(access, "os")}
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

transport = StreamableHttpTransport(
    {json.dumps(access.url)},
    headers={{"x-litellm-api-key": {_python_bearer(access)}}},
)
client = Client(transport=transport, name={json.dumps(access.name)})


async def main():
    async with client:
        tools = await client.list_tools()
        print(f"Available tools: {{json.dumps([tool.name for tool in tools], indent=2)}}")


if __name__ == "__main__":
    asyncio.run(main())
"""


def python_sdk(access: GatewayAccess) -> str:
    """A Python program with the official SDK (``mcp`` 2)."""
    return f"""\
import asyncio
{_imports(access, "os")}
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

URL = {json.dumps(access.url)}
HEADERS = {{"Authorization": {_python_bearer(access)}}}


async def main():
    async with (
        httpx2.AsyncClient(headers=HEADERS, timeout=60) as http,
        Client(streamable_http_client(URL, http_client=http)) as client,
    ):
        print([tool.name for tool in (await client.list_tools()).tools])


if __name__ == "__main__":
    asyncio.run(main())
"""


def typescript(access: GatewayAccess) -> str:
    """A program with the official TypeScript SDK (``@modelcontextprotocol/client`` 2)."""
    bearer = json.dumps(f"Bearer {access.key}") if access.key else f"`Bearer ${{process.env.{access.variable}}}`"
    return f"""\
import {{ Client, StreamableHTTPClientTransport }} from "@modelcontextprotocol/client";

const transport = new StreamableHTTPClientTransport(new URL({json.dumps(access.url)}), {{
  requestInit: {{ headers: {{ Authorization: {bearer} }} }},
}});
const client = new Client({{ name: {json.dumps(access.name)}, version: "1.0.0" }});

await client.connect(transport);
const {{ tools }} = await client.listTools();
console.log(tools.map((tool) => tool.name));
await client.close();
"""


#: By id.
SNIPPETS: Final[Mapping[str, Callable[[GatewayAccess], str]]] = {
    "openai": openai,
    "curl": curl,
    "python": fastmcp,
    "python-sdk": python_sdk,
    "typescript": typescript,
}


def shell(access: GatewayAccess, *words: str) -> str:
    """Words of a command; where the key is not written, the shell puts the variable in."""
    return " ".join(_quoted(access, word) for word in words)


def _quoted(access: GatewayAccess, word: str) -> str:
    if access.key is not None:
        return shlex.quote(word.replace(_KEY, access.key))
    if _KEY not in word:
        return shlex.quote(word)
    return "".join(f'"${access.variable}"' if part == _KEY else shlex.quote(part) for part in _split(word))


def _split(word: str) -> list[str]:
    before, _, after = word.partition(_KEY)
    return [part for part in (before, _KEY, after) if part]


def _curl(
    access: GatewayAccess, url: str, body: Mapping[str, Any], *, accept: str = "", indent: int | None = None
) -> str:
    data = json.dumps(body, indent=indent, ensure_ascii=False).replace(json.dumps(_KEY)[1:-1], _KEY)
    lines = [
        shell(access, "curl", url),
        shell(access, "--header", f"Authorization: Bearer {_KEY}"),
        shell(access, "--header", "Content-Type: application/json"),
        *([shell(access, "--header", f"Accept: {accept}")] if accept else []),
        shell(access, "--data", data),
    ]
    return " \\\n  ".join(lines) + "\n"


def _imports(access: GatewayAccess, module: str) -> str:
    return "" if access.key else f"import {module}\n"


def _python_bearer(access: GatewayAccess) -> str:
    if access.key:
        return json.dumps(f"Bearer {access.key}")
    return f"f\"Bearer {{os.environ['{access.variable}']}}\""
