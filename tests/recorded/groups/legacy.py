"""HTTP+SSE of 2024-11-05."""

from __future__ import annotations

from typing import Any, Final

from tests.recorded.groups.common import LISTS, call
from tests.recorded.raw import Reply
from tests.recorded.recorder import Client, Scenario, add

SCENARIOS: Final[dict[str, Scenario]] = {}
_EVENT: Final = b"\n\n"


async def _endpoint(stream: Any) -> str:
    event: bytes = await stream.until(_EVENT)
    return event.split(b"data: ")[1].strip().decode()


def _initialize(client: Client, version: str = "2024-11-05") -> Any:
    params = {
        "protocolVersion": version,
        "capabilities": {"elicitation": {}, "sampling": {}, "roots": {}},
        "clientInfo": {"name": "old", "version": "1"},
    }
    return client.message("initialize", params)


@add(SCENARIOS, "a session")
async def _(client: Client) -> None:
    async with client.open("GET", "/sse", _stream_headers()) as stream:
        at = await _endpoint(stream)
        await client.post(_initialize(client), path=at, accept=None)
        await stream.until(_EVENT)
        await client.post({"jsonrpc": "2.0", "method": "notifications/initialized"}, path=at)
        for method, params in (
            ("ping", None),
            *((method, None) for method in LISTS),
            ("tools/call", call("hs__add", a=1, b=2)),
            ("tools/call", call("st__boom")),
            ("tools/call", call("hs__fail")),
            ("tools/call", call("hs__none")),
            ("prompts/get", {"name": "hs__greet"}),
            ("resources/read", {"uri": "file:///hs"}),
            ("initialize", {}),
            ("logging/setLevel", {"level": "error"}),
            ("no/such", {}),
        ):
            await client.post(client.message(method, params), path=at)
            await stream.until(_EVENT)
        with_token = {**call("hs__steps"), "_meta": {"progressToken": "p"}}
        await client.post(client.message("tools/call", with_token), path=at)
        await stream.until(_EVENT, 4)
        await client.post(client.message("tools/call", call("hs__logs")), path=at)
        await stream.until(_EVENT, 5)
        await client.post({"jsonrpc": "2.0", "id": 1}, path=at)
        await client.post(b"{", path=at)
        await client.post([client.message("ping")], path=at)
        await client.post(client.message("ping"), path=at, content_type="text/plain")
        await client.post(client.message("ping"), "wide", path=at)
        await client.post(client.message("ping"), None, path=at)


for _server in ("hs", "st"):

    @add(SCENARIOS, f"questions of {_server}")
    async def _(client: Client, server: str = _server) -> None:
        async with client.open("GET", "/sse", _stream_headers()) as stream:
            at = await _endpoint(stream)
            await client.post(_initialize(client), path=at)
            await stream.until(_EVENT)
            for kind, answer in (
                ("form", {"action": "accept", "content": {"colour": "red"}}),
                ("sampling", {"role": "assistant", "content": {"type": "text", "text": "ho"}, "model": "m"}),
                ("roots", {"roots": []}),
            ):
                await client.post(client.message("tools/call", call(f"{server}__ask", question=kind)), path=at)
                asked = Reply(200, [], await stream.until(_EVENT)).events[0]
                await client.post({"jsonrpc": "2.0", "id": asked["id"], "result": answer}, path=at)
                await stream.until(_EVENT)


@add(SCENARIOS, "a call that is cancelled, and an id in use")
async def _(client: Client) -> None:
    async with client.open("GET", "/sse", _stream_headers()) as stream:
        at = await _endpoint(stream)
        await client.post(_initialize(client), path=at)
        await stream.until(_EVENT)
        await client.post({"jsonrpc": "2.0", "id": "h", "method": "tools/call", "params": call("hs__hang")}, path=at)
        await client.world.called("hs", "hang")
        await client.post({"jsonrpc": "2.0", "id": "h", "method": "ping"}, path=at)
        cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "h"}}
        await client.post(cancel, path=at)
        await client.post(client.message("ping"), path=at)
        await stream.until(_EVENT)


@add(SCENARIOS, "versions and scopes")
async def _(client: Client) -> None:
    for version in ("2025-06-18", "2026-07-28", "x"):
        async with client.open("GET", "/sse", _stream_headers()) as stream:
            at = await _endpoint(stream)
            await client.post(_initialize(client, version), path=at)
            await stream.until(_EVENT)
    async with client.open("GET", "/sse", {**_stream_headers(), "x-mcp-servers": "hs"}) as stream:
        at = await _endpoint(stream)
        await client.post(_initialize(client), path=at)
        await client.post(_initialize(client), path=at, x_mcp_servers="hs")
        await stream.until(_EVENT)
        await client.post(client.message("tools/list"), path=at, x_mcp_servers="hs")
        await stream.until(_EVENT)


@add(SCENARIOS, "refused")
async def _(client: Client) -> None:
    await client.get("/sse", None)
    await client.get("/sse", "none")
    await client.get("/sse", x_mcp_servers="none")
    await client.get("/sse", method="POST")
    await client.get("/messages")
    await client.post(client.message("ping"), path="/messages")
    await client.post(client.message("ping"), path="/messages?session_id=none")
    await client.post(client.message("ping"), None, path="/messages?session_id=none")


def _stream_headers() -> dict[str, str]:
    return {"accept": "text/event-stream", "authorization": "Bearer sk-all"}
