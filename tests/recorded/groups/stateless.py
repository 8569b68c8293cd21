"""2026-07-28: every method, and every way in which its envelope can be wrong."""

from __future__ import annotations

from typing import Any, Final

from tests.recorded.groups.common import LISTS, REQUESTS, call
from tests.recorded.recorder import Client, Scenario, add

SCENARIOS: Final[dict[str, Scenario]] = {}
_META: Final = "io.modelcontextprotocol/"

for _label, _method, _params in REQUESTS:

    @add(SCENARIOS, _label)
    async def _(client: Client, method: str = _method, params: Any = _params) -> None:
        await client.ask(method, params)


for _path in (
    "/mcp",
    "/mcp/",
    "/mcp/hs",
    "/hs/mcp",
    "/mcp/hs,st",
    "/st,hs/mcp",
    "/mcp/@pair",
    "/mcp/none",
    "/none/mcp",
):
    for _method, _params in (
        ("server/discover", None),
        ("tools/list", None),
        ("tools/call", call("hs__add", a=1, b=1)),
        ("tools/call", call("add", a=1, b=1)),
        ("resources/read", {"uri": "file:///both"}),
    ):

        @add(SCENARIOS, f"{_method} {(_params or {}).get('name', '')} at {_path}")
        async def _(client: Client, method: str = _method, params: Any = _params, path: str = _path) -> None:
            await client.ask(method, params, path=path)


@add(SCENARIOS, "all pages")
async def _(client: Client) -> None:
    for method in LISTS:
        result = (await client.ask(method, key="many")).json["result"]
        while "nextCursor" in result:
            cursor = {"cursor": result["nextCursor"]}
            result = (await client.ask(method, cursor, key="many")).json["result"]


@add(SCENARIOS, "cursor of another list, key and scope")
async def _(client: Client) -> None:
    cursor = {"cursor": (await client.ask("tools/list", key="many")).json["result"]["nextCursor"]}
    await client.ask("prompts/list", cursor, key="many")
    await client.ask("tools/list", cursor, key="all")
    await client.ask("tools/list", cursor, key="many", path="/mcp/many")


_META_DEFECTS: Final[dict[str, Any]] = {
    "old version in the body": {_META + "protocolVersion": "2025-11-25"},
    "unknown version in the body": {_META + "protocolVersion": "2099-01-01"},
    "version that is no string": {_META + "protocolVersion": 3},
    "capabilities that are no object": {_META + "clientCapabilities": []},
    "wrong log level": {_META + "logLevel": "loud"},
    "client info": {_META + "clientInfo": {"name": "someone", "version": "2"}},
    "client info that is no object": {_META + "clientInfo": "someone"},
    "members of others": {"vendor.example/x": {"a": 1}, "progressToken": 5},
}
for _label, _more in _META_DEFECTS.items():

    @add(SCENARIOS, f"meta: {_label}")
    async def _(client: Client, more: Any = _more) -> None:
        await client.ask("tools/call", call("st__params"), meta=more)


_HEADER_DEFECTS: Final[dict[str, dict[str, str | None]]] = {
    "no version": {"mcp_protocol_version": None},
    "unknown version": {"mcp_protocol_version": "2099-01-01"},
    "version of the other era": {"mcp_protocol_version": "2025-06-18"},
    "no method": {"mcp_method": None},
    "other method": {"mcp_method": "tools/list"},
    "no name": {"mcp_name": None},
    "other name": {"mcp_name": "hs__boom"},
    "encoded name": {"mcp_name": "=?base64?aHNfX2FkZA==?="},
    "badly encoded name": {"mcp_name": "=?base64?!!?="},
    "a session": {"mcp_session_id": "none"},
    "last event": {"last_event_id": "s1-1"},
    "plain accept": {"accept": "application/json"},
    "accept of events only": {"accept": "text/event-stream"},
    "accept of HTML": {"accept": "text/html"},
    "accept of all": {"accept": "*/*"},
    "no accept": {"accept": None},
}
for _label, _given in _HEADER_DEFECTS.items():

    @add(SCENARIOS, f"header: {_label}")
    async def _(client: Client, given: Any = _given) -> None:
        await client.ask("tools/call", call("hs__add", a=1), **given)


@add(SCENARIOS, "header: twice the same")
async def _(client: Client) -> None:
    for name in ("mcp-protocol-version", "mcp-method", "mcp-name"):
        headers, message = client.stateless("tools/call", call("hs__add"))
        await client.send("POST", "/mcp", [*headers.items(), (name, headers[name])], message)


@add(SCENARIOS, "unknown version in both")
async def _(client: Client) -> None:
    meta = {_META + "protocolVersion": "2099-01-01"}
    await client.ask("tools/list", meta=meta, mcp_protocol_version="2099-01-01")
    await client.ask("server/discover", meta=meta, mcp_protocol_version="2099-01-01")


_MIRRORED: Final[dict[str, tuple[Any, dict[str, str | None]]]] = {
    "right": ({"region": "eu"}, {"mcp_param_region": "eu"}),
    "absent": ({"region": "eu"}, {}),
    "other": ({"region": "eu"}, {"mcp_param_region": "us"}),
    "without an argument": ({}, {"mcp_param_region": "us"}),
    "neither": ({"n": 1}, {}),
    "encoded": ({"region": "ü"}, {"mcp_param_region": "=?base64?w7w=?="}),
    "badly encoded": ({"region": "ü"}, {"mcp_param_region": "=?base64?w7w?="}),
    "empty": ({"region": ""}, {"mcp_param_region": ""}),
}
for _label, (_arguments, _given) in _MIRRORED.items():
    for _server in ("hs", "st"):

        @add(SCENARIOS, f"mirrored argument of {_server}: {_label}")
        async def _(client: Client, server: str = _server, arguments: Any = _arguments, given: Any = _given) -> None:
            await client.ask("tools/call", call(f"{server}__region", **arguments), **given)


_BODIES: Final[dict[str, Any]] = {
    "notification": {"jsonrpc": "2.0", "method": "notifications/initialized"},
    "response": {"jsonrpc": "2.0", "id": 1, "result": {}},
    "no params": {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    "no meta": {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}},
    "empty meta": {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {}}},
    "batch": [{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {}}}],
    "array params": {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": []},
}
for _label, _body in _BODIES.items():

    @add(SCENARIOS, f"body: {_label}")
    async def _(client: Client, body: Any = _body) -> None:
        await client.post(body, mcp_protocol_version="2026-07-28", mcp_method="tools/list")


@add(SCENARIOS, "body: notification of another version")
async def _(client: Client) -> None:
    await client.post({"jsonrpc": "2.0", "method": "notifications/x"}, mcp_protocol_version="2099-01-01")


@add(SCENARIOS, "ids")
async def _(client: Client) -> None:
    ids: list[Any] = [0, -1, "text", "ä", "", 1.0, 1.5, True, None, [], {}, 2**53, 2**70]
    for id_ in ids:
        headers, message = client.stateless("tools/call", call("hs__add", a=1))
        await client.send("POST", "/mcp", headers, {**message, "id": id_})


@add(SCENARIOS, "a task from its start to its end")
async def _(client: Client) -> None:
    for server in ("hs", "st"):
        await client.ask("tools/call", {**call(f"{server}__task"), "task": {"ttl": 1000}})
        await client.ask("tasks/get", {"taskId": "t1"})
        await client.ask("tasks/get", {"taskId": "t1"}, key="wide")
        await client.ask("tasks/result", {"taskId": "t1"})
        await client.ask("tasks/cancel", {"taskId": "t1"})
        await client.ask("tasks/get", {"taskId": "t1"}, mcp_name="t2")
