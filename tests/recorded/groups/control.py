"""The control API: every route, and its errors."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.recorded.groups.common import REQUESTS, call
from tests.recorded.recorder import Client, Scenario, add
from tests.recorded.world import Refusal, Says

SCENARIOS: Final[dict[str, Scenario]] = {}


@add(SCENARIOS, "status")
async def _(client: Client) -> None:
    await client.control("GET", "/status")


@add(SCENARIOS, "wrong paths, methods and bodies")
async def _(client: Client) -> None:
    for method, path in (
        ("GET", "/"), ("GET", "/none"), ("POST", "/status"), ("GET", "/reload"), ("GET", "/stop"), ("POST", "/listed"),
        ("GET", "/call"), ("GET", "/chat"), ("GET", "/answer"), ("GET", "/probe"), ("POST", "/traffic"),
        ("GET", "/servers/hs/refresh"), ("GET", "/servers/hs/login"), ("GET", "/logins/x"), ("GET", "/secret-changed"),
        ("GET", "/servers/hs"), ("OPTIONS", "/status"), ("HEAD", "/none"),
    ):  # fmt: skip
        await client.control(method, path)


@add(SCENARIOS, "reload and stop")
async def _(client: Client) -> None:
    await client.control("POST", "/reload")
    await client.control("POST", "/stop")


@add(SCENARIOS, "listed")
async def _(client: Client) -> None:
    for query in (
        "?key=all", "?key=limited", "?key=nothing", "?key=none", "?key=off", "?key=old", "?key=hs-only&server=hs",
        "?key=all&server=st", "?key=all&server=none", "?server=quiet", "?server=gone", "?server=api",
    ):  # fmt: skip
        await client.control("GET", f"/listed{query}")


@add(SCENARIOS, "every request as a call")
async def _(client: Client) -> None:
    for _, method, params in REQUESTS:
        await client.control("POST", "/call", {"key": "all", "method": method, "params": params})


@add(SCENARIOS, "calls of other keys")
async def _(client: Client) -> None:
    for key in (None, "limited", "nothing", "none", "off", "old", "elsewhere", "unsaid"):
        for tool in ("hs__add", "st__boom", "api__headers"):
            await client.control("POST", "/call", {"key": key, "method": "tools/call", "params": call(tool)})


@add(SCENARIOS, "progress and logs of a call")
async def _(client: Client) -> None:
    for server in ("hs", "st"):
        for tool in ("steps", "logs"):
            body = {"key": "all", "method": "tools/call", "params": call(f"{server}__{tool}")}
            await client.control("POST", "/call", body)


for _server in ("hs", "st"):
    for _kind, _given in (
        ("form", {"result": {"action": "accept", "content": {"colour": "red"}}}),
        ("url", {"result": {"action": "accept"}}),
        ("sampling", {"error": {"code": -1, "message": "no", "data": {"a": 1}}}),
        ("roots", {"result": {"roots": []}}),
        ("roots", {"result": None}),
    ):

        @add(SCENARIOS, f"{_kind} of {_server} is answered with {_given}")
        async def _(client: Client, server: str = _server, kind: str = _kind, given: Any = _given) -> None:
            body = {"key": "all", "method": "tools/call", "params": call(f"{server}__ask", question=kind)}
            async with client.open("POST", "/call", [], body, control=True) as stream:
                asked = _value(await stream.until(b"\n"))
                await client.control("POST", "/answer", {"id": asked["id"], **given})
                await client.control("POST", "/answer", {"id": asked["id"], **given})
                await stream.rest()


@add(SCENARIOS, "an answer to nobody")
async def _(client: Client) -> None:
    await client.control("POST", "/answer", {"id": "none", "result": {}})


@add(SCENARIOS, "probes")
async def _(client: Client) -> None:
    world = client.world
    for server in (
        {"name": "new", "url": world.servers["hs"].url},
        {"name": "new", "url": world.servers["st"].url},
        {"name": "new", "url": world.servers["quiet"].url, "transport": "http", "spec_version": "2025-06-18"},
        {"name": "new", "url": world.servers["st"].url, "spec_version": "2025-06-18"},
        {"name": "new", "url": "http://127.0.0.1:1/mcp"},
        {"name": "new", "url": "http://127.0.0.1:1/", "auth_type": "token", "auth_value": "${secret:none}"},
        {"name": "new", "command": "no-such-program", "args": ["a", "b c"]},
    ):
        await client.control("POST", "/probe", server)


@add(SCENARIOS, "refresh, and secrets that changed")
async def _(client: Client) -> None:
    await client.control("POST", "/servers/none/refresh")
    await client.control("POST", "/servers/quiet/refresh")
    await client.control("POST", "/secret-changed", {"path": "server/none"})
    await client.control("POST", "/secret-changed", {"path": None})
    await client.control("POST", "/secret-changed", {})
    await client.control("GET", "/listed?server=quiet")


@add(SCENARIOS, "logins")
async def _(client: Client) -> None:
    for server, key in (("none", None), ("hs", "none"), ("hs", None)):
        await client.control("POST", f"/servers/{server}/login", {"key": key})
    for server, key in (("none", None), ("hs", "none")):
        await client.control("POST", f"/servers/{server}/logout", {"key": key})
    await client.control("POST", "/logins/none", {"url": "http://localhost/?code=1"})


@add(SCENARIOS, "traffic")
async def _(client: Client) -> None:
    reply = await client.control("GET", "/traffic?since=0")
    last = max(_value(line)["id"] for line in _records(reply.body))
    await client.ask("tools/call", call("hs__add", a=1, password="hidden", text="x" * 3_000))
    await client.ask("tools/call", call("st__boom"), key="limited")
    await client.ask("tools/call", call("st__fail"), key="limited")
    await client.ask("tools/call", call("hs__steps"), meta={"progressToken": 1})
    await client.ask("tools/list", path="/mcp/none")
    await client.ask("tools/call", call("gone__add"), key="wide")
    session = await client.shake_hands()
    await session.ask("prompts/get", {"name": "hs__greet"})
    await session.ask("resources/read", {"uri": "file:///missing"})
    client.world.answers(Says("hello"))
    await client.model("/v1/responses", {"model": "chat", "input": "hi"})
    count = len(_records((await client.control("GET", f"/traffic?since={last}")).body))
    await client.control("GET", "/traffic?since=9999999999999")
    async with client.open("GET", f"/traffic?since={last}&follow=1", [], control=True) as stream:
        await stream.until(b"\n", count)
        await client.ask("tools/call", call("hs__add", a=2))
        await stream.until(b"\n")


_TURNS: Final[dict[str, tuple[dict[str, Any], list[Any]]]] = {
    "text": ({}, [Says("hello there")]),
    "a tool": ({"approve": "never"}, [Says(calls=(("hs__add", '{"a":1,"b":2}'),)), Says("3")]),
    "a read-only tool": ({"approve": "ask"}, [Says(calls=(("hs__add", '{"a":1,"b":2}'),)), Says("3")]),
    "tools with progress": ({"approve": "never"}, [Says("w", calls=(("hs__steps", "{}"),)), Says("Done")]),
    "failing tools": ({"approve": "never"}, [Says(calls=(("hs__boom", "{}"), ("hs__fail", "{}"))), Says("Oh")]),
    "an unknown tool": ({"approve": "never"}, [Says(calls=(("none", "{}"),)), Says("Oh")]),
    "wrong arguments": ({"approve": "never"}, [Says(calls=(("hs__add", "{"),)), Says("Oh")]),
    "no servers": ({"servers": []}, [Says("hello")]),
    "thoughts": ({}, [Says("hello", thought="hm")]),
    "a refusal": ({}, [Says(refusal="I will not")]),
    "an end that is cut off": ({}, [Says("hel", cut="length")]),
    "a refusal of the provider": ({}, [Refusal(400, "this model's maximum context length is 100 tokens")]),
    "a wrong key at the provider": ({}, [Refusal(401, "no")]),
    "an unknown model": ({"model": "none"}, []),
    "a model that the key may not use": ({"model": "resp", "key": "no-resp"}, []),
    "no messages": ({"messages": None}, [Says("hello")]),
    "wrong messages": ({"messages": [{"role": "none"}]}, [Says("hello")]),
}
for _label, (_more, _rounds) in _TURNS.items():
    for _name in ("chat", "resp"):

        @add(SCENARIOS, f"chat of {_name}: {_label}")
        async def _(client: Client, name: str = _name, more: Any = _more, rounds: Any = _rounds) -> None:
            client.world.answers(*rounds)
            body = {"model": name, "messages": [{"role": "user", "content": "hi"}], "key": "all", "servers": ["hs"]}
            await client.control("POST", "/chat", {**body, **more})


_VERDICTS: Final[dict[str, Any]] = {
    "yes": {"result": {"approve": True}},
    "yes with other arguments": {"result": {"approve": True, "arguments": {"x": "mine"}}},
    "no": {"result": {"approve": False, "reason": "not today"}},
    "nothing": {"result": {}},
    "an error": {"error": {"code": -1, "message": "away"}},
}
for _label, _verdict in _VERDICTS.items():
    for _name in ("chat", "resp"):

        @add(SCENARIOS, f"chat of {_name}: approval answered with {_label}")
        async def _(client: Client, name: str = _name, given: Any = _verdict) -> None:
            client.world.answers(Says(calls=(("hs__echo", '{"x":"theirs"}'),)), Says("Done"))
            body = {"model": name, "messages": [{"role": "user", "content": "hi"}], "key": "all", "servers": ["hs"]}
            async with client.open("POST", "/chat", [], body, control=True) as stream:
                event: dict[str, Any] = {}
                while "annotations" not in event:
                    event = _value(await stream.until(b"\n"))
                    event = event if "id" in event else {}
                await client.control("POST", "/answer", {"id": event["id"], **given})
                await stream.rest()


def _value(line: bytes) -> Any:
    value = json.loads(line)
    return value.get("value", value)


def _records(body: bytes) -> list[bytes]:
    return [line for line in body.split(b"\n") if line]
