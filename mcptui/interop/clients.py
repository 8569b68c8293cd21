"""Ready configurations with which MCP clients reach the gateway."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any, Final

from mcptui.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def client_config(kind: str, *, base_url: str, key: str, name: str = "mcptui") -> str:
    """What to put into client ``kind`` so that it uses the gateway at ``base_url`` with ``key``.

    Raises:
        NotFoundError: there is no such kind; :data:`CLIENT_KINDS` has them all.
    """
    writer = _WRITERS.get(kind)
    if writer is None:
        raise NotFoundError(
            f"there is no client configuration called {kind}", hint=f"choose one of {', '.join(_WRITERS)}"
        )
    return writer(base_url.rstrip("/"), key, name)


def _cursor(base_url: str, key: str, name: str) -> str:
    return _json({"mcpServers": {name: {"url": f"{base_url}/mcp", "headers": _bearer(key)}}})


def _windsurf(base_url: str, key: str, name: str) -> str:
    return _json({"mcpServers": {name: {"serverUrl": f"{base_url}/mcp", "headers": _bearer(key)}}})


def _vscode(base_url: str, key: str, name: str) -> str:
    return _json({"servers": {name: {"type": "http", "url": f"{base_url}/mcp", "headers": _bearer(key)}}})


def _claude(base_url: str, key: str, name: str) -> str:
    # The blank of "Bearer …" stands in the environment: some launchers split arguments at blanks.
    args = ["-y", "mcp-remote", f"{base_url}/mcp", "--header", "Authorization:${AUTH}"]
    args += ["--transport", "http-only"]
    if base_url.startswith("http://"):
        args.append("--allow-http")
    return _json({"mcpServers": {name: {"command": "npx", "args": args, "env": {"AUTH": f"Bearer {key}"}}}})


def _claude_code(base_url: str, key: str, name: str) -> str:
    header = f"Authorization: Bearer {key}"
    return _shell("claude", "mcp", "add", "--transport", "http", name, f"{base_url}/mcp", "--header", header)


def _codex(base_url: str, key: str, name: str) -> str:
    table = name if all(character.isalnum() or character in "_-" for character in name) else json.dumps(name)
    headers = f"{{ Authorization = {json.dumps(f'Bearer {key}')} }}"
    return f"[mcp_servers.{table}]\nurl = {json.dumps(f'{base_url}/mcp')}\nhttp_headers = {headers}\n"


def _openai(base_url: str, key: str, name: str) -> str:
    body = {
        "model": "gpt-4o",
        "tools": [
            {
                "type": "mcp",
                "server_label": name,
                "server_url": f"{base_url}/mcp",
                "require_approval": "never",
                "headers": {"x-litellm-api-key": f"Bearer {key}"},
            }
        ],
        "input": "Run available tools",
        "tool_choice": "required",
    }
    return _curl(f"{base_url}/v1/responses", key, body, indent=2)


def _curl_list(base_url: str, key: str, name: str) -> str:
    body = {"jsonrpc": "2.0", "id": name, "method": "tools/list", "params": {}}
    return _curl(f"{base_url}/mcp", key, body, accept="application/json, text/event-stream")


def _python(base_url: str, key: str, name: str) -> str:
    return f"""\
import asyncio
import json

from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

transport = StreamableHttpTransport(
    {json.dumps(f"{base_url}/mcp")},
    headers={{"x-litellm-api-key": {json.dumps(f"Bearer {key}")}}},
)
client = Client(transport=transport, name={json.dumps(name)})


async def main():
    async with client:
        tools = await client.list_tools()
        print(f"Available tools: {{json.dumps([tool.name for tool in tools], indent=2)}}")


if __name__ == "__main__":
    asyncio.run(main())
"""


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _curl(url: str, key: str, body: Mapping[str, Any], *, accept: str = "", indent: int | None = None) -> str:
    lines = [
        _shell("curl", url),
        _shell("--header", f"Authorization: Bearer {key}"),
        _shell("--header", "Content-Type: application/json"),
        *([_shell("--header", f"Accept: {accept}")] if accept else []),
        _shell("--data", json.dumps(body, indent=indent)),
    ]
    return " \\\n  ".join(lines)


def _shell(*words: str) -> str:
    return shlex.join(words)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2)


_WRITERS: Final[Mapping[str, Callable[[str, str, str], str]]] = {
    "cursor": _cursor,
    "claude": _claude,
    "claude-code": _claude_code,
    "vscode": _vscode,
    "windsurf": _windsurf,
    "codex": _codex,
    "openai": _openai,
    "curl": _curl_list,
    "python": _python,
}

CLIENT_KINDS: Final = tuple(_WRITERS)
