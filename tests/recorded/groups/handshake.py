"""2024-11-05 to 2025-11-25 over Streamable HTTP."""

from __future__ import annotations

from typing import Any, Final

from tests.recorded.groups.common import LISTS, REQUESTS, VERSIONS, call
from tests.recorded.recorder import Client, Scenario, add

SCENARIOS: Final[dict[str, Scenario]] = {}
_INFO: Final = {"name": "recorded", "version": "1"}


@add(SCENARIOS, "initialize")
async def _(client: Client) -> None:
    for version in (*VERSIONS, "2026-07-28", "2099-01-01", "1.0", "", 7, None):
        params = {"protocolVersion": version, "capabilities": {}, "clientInfo": _INFO}
        await client.post(client.message("initialize", params))


@add(SCENARIOS, "initialize with little, or wrong members")
async def _(client: Client) -> None:
    wrong = {"protocolVersion": "2025-06-18", "capabilities": [], "clientInfo": "me"}
    several: list[Any] = [None, {}, [], wrong]
    for params in several:
        await client.post(client.message("initialize", params))


@add(SCENARIOS, "initialize at paths and with scopes")
async def _(client: Client) -> None:
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": _INFO}
    for path in ("/mcp/hs", "/st/mcp", "/mcp/hs,st", "/mcp/@pair", "/mcp/none", "/mcp/"):
        await client.post(client.message("initialize", params), path=path)
    for scope in ("hs", "none", "@pair", ""):
        await client.post(client.message("initialize", params), x_mcp_servers=scope)


@add(SCENARIOS, "every request in a session of the newest version")
async def _(client: Client) -> None:
    session = await client.shake_hands()
    for _, method, params in REQUESTS:
        await session.ask(method, params)


for _version in VERSIONS:

    @add(SCENARIOS, f"session of {_version}")
    async def _(client: Client, version: str = _version) -> None:
        session = await client.shake_hands(version)
        await session.ask("ping")
        for method in LISTS:
            await session.ask(method)
        for tool in ("add", "boom", "fail", "structured", "login", "task"):
            await session.ask("tools/call", call(f"st__{tool}"))
        await session.ask("tools/call", call("hs__login"))
        await session.ask("resources/read", {"uri": "file:///missing"})
        await session.ask("no/such")
        await session.send([client.message("ping"), client.message("tools/call", call("hs__add", a=1))])
        await session.send([])
        await session.ask("initialize", {"protocolVersion": version})
        await session.delete()
        await session.ask("ping")
        await session.delete()

    @add(SCENARIOS, f"without a session, {_version}")
    async def _(client: Client, version: str = _version) -> None:
        for method, params in (
            ("ping", None),
            ("tools/list", None),
            ("tools/call", call("hs__add", a=1)),
            ("tools/call", call("st__steps")),
            ("tools/call", call("hs__ask", question="form")),
            ("logging/setLevel", {"level": "error"}),
            ("resources/subscribe", {"uri": "file:///hs"}),
        ):
            await client.post(client.message(method, params), mcp_protocol_version=version)


@add(SCENARIOS, "without a session and a version")
async def _(client: Client) -> None:
    await client.post(client.message("tools/call", call("hs__add", a=1)))
    await client.post([client.message("ping")])
    await client.post({"jsonrpc": "2.0", "method": "notifications/initialized"})
    await client.post({"jsonrpc": "2.0", "id": 1, "result": {}})


@add(SCENARIOS, "batches")
async def _(client: Client) -> None:
    session = await client.shake_hands("2025-03-26")
    note = {"jsonrpc": "2.0", "method": "notifications/x"}
    ping: Any = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    add_ = {"jsonrpc": "2.0", "id": "b", "method": "tools/call", "params": call("hs__add", a=1, b=2)}
    unknown = {"jsonrpc": "2.0", "id": 3, "method": "no/such"}
    for batch in (
        [ping],
        [ping, add_, unknown, note],
        [note, note],
        [{"jsonrpc": "2.0", "id": 1, "result": {}}],
        [ping, ping],
        [ping, 1],
        [[ping]],
        [{**ping, "method": "initialize"}],
        [{**ping, "id": number} for number in range(100)],
        [{**ping, "id": number} for number in range(101)],
    ):
        await session.send(batch)


@add(SCENARIOS, "headers of a session")
async def _(client: Client) -> None:
    session = await client.shake_hands("2025-06-18")
    for headers in (
        {"mcp_protocol_version": None},
        {"mcp_protocol_version": "2025-11-25"},
        {"mcp_protocol_version": "1.0"},
        {"mcp_protocol_version": "2026-07-28"},
        {"mcp_session_id": "none"},
        {"mcp_session_id": None},
        {"mcp_session_id": ""},
        {"accept": "application/json"},
        {"accept": "text/event-stream"},
        {"accept": "text/html"},
        {"accept": None},
        {"mcp_method": "other", "mcp_name": "other"},
        {"authorization": "Bearer sk-wide"},
        {"authorization": None},
        {"x_mcp_servers": "hs"},
    ):
        given: dict[str, str | None] = {**headers}
        await session.ask("tools/call", call("hs__add", a=1), **given)
    twice = [*session.headers().items(), ("mcp-session-id", session.id)]
    await client.send("POST", "/mcp", twice, client.message("ping"))
    await client.send("POST", "/mcp/hs", session.headers(), client.message("ping"))
    await session.delete()


@add(SCENARIOS, "a session at each path")
async def _(client: Client) -> None:
    for path in ("/mcp/hs", "/st/mcp", "/mcp/hs,st"):
        session = await client.shake_hands(path=path)
        await session.ask("tools/list")
        for name in ("add", "hs__add", "st__add"):
            await session.ask("tools/call", call(name, a=1))
        await session.ask("prompts/list")
        await session.delete()


@add(SCENARIOS, "GET and DELETE without a session")
async def _(client: Client) -> None:
    for method in ("GET", "DELETE"):
        for version in (None, "2025-11-25", "2026-07-28", "1.0"):
            await client.get("/mcp", method=method, mcp_protocol_version=version)
        await client.get("/mcp", method=method, mcp_session_id="none")
        await client.get("/mcp/none", method=method)
        await client.get("/mcp/hs", None, method=method)


@add(SCENARIOS, "ids")
async def _(client: Client) -> None:
    session = await client.shake_hands()
    ids: list[Any] = [0, -1, "text", "", 1.0, 1.5, True, None, [], {}, 2**70]
    for id_ in ids:
        await session.send({"id": id_, "method": "ping"})


@add(SCENARIOS, "messages that are none")
async def _(client: Client) -> None:
    session = await client.shake_hands()
    for message in (
        1,
        "x",
        None,
        {},
        {"jsonrpc": "1.0", "id": 1, "method": "ping"},
        {"id": 1, "method": "ping"},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "id": 1, "method": 5},
        {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": 5},
        {"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]},
        {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "no"}},
        {"jsonrpc": "2.0", "id": 1, "error": 5},
    ):
        await client.send("POST", "/mcp", session.headers(), b"null" if message is None else message)


@add(SCENARIOS, "pages")
async def _(client: Client) -> None:
    session = await client.shake_hands(key="many")
    first = (await session.ask("tools/list")).json["result"]
    await session.ask("tools/list", {"cursor": first["nextCursor"]})
    await session.ask("prompts/list", {"cursor": first["nextCursor"]})
