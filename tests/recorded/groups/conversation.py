"""Responses that are kept: looked at, continued, approved, made in the background."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from tests.recorded.raw import Reply
from tests.recorded.recorder import Client, Scenario, add
from tests.recorded.world import Says

SCENARIOS: Final[dict[str, Scenario]] = {}
_ADD: Final = ("hs__add", '{"a": 1, "b": 2}')
_MCP: Final[dict[str, Any]] = {
    "type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never",
    "allowed_tools": ["hs__add", "hs__boom"],
}  # fmt: skip
_ASKING: Final = {**_MCP, "require_approval": "always"}
_RESPONSES: Final = "/v1/responses"

for _name in ("chat", "resp"):

    @add(SCENARIOS, f"a response of {_name} that is kept")
    async def _(client: Client, name: str = _name) -> None:
        client.world.answers(Says(calls=(_ADD,)), Says("It is 3."), Says("As I said."))
        given = {"model": name, "input": "hi", "tools": [_MCP]}
        at = f"{_RESPONSES}/{(await client.model(_RESPONSES, given)).json['id']}"
        await client.get(at)
        await client.get(at, "wide")
        await client.get(f"{at}/input_items")
        await client.get(f"{at}?stream=true")
        await client.get(f"{at}/cancel", method="POST")
        more = {"model": name, "input": "again", "previous_response_id": at.rpartition("/")[2]}
        await client.model(_RESPONSES, more)
        await client.model(_RESPONSES, more, "wide")
        await client.get(at, method="DELETE")
        await client.get(at)
        await client.get(at, method="DELETE")

    @add(SCENARIOS, f"a response of {_name} that is not kept")
    async def _(client: Client, name: str = _name) -> None:
        client.world.answers(Says(calls=(_ADD,)), Says("It is 3."))
        given = {"model": name, "input": [{"role": "user", "content": "hi"}], "tools": [_MCP], "store": False}
        await client.get(f"{_RESPONSES}/{(await client.model(_RESPONSES, given)).json['id']}")

    for _verdict in (True, False):

        @add(SCENARIOS, f"an approval of {_name}: {_verdict}")
        async def _(client: Client, name: str = _name, verdict: bool = _verdict) -> None:
            client.world.answers(Says(calls=(_ADD,)), Says("It is 3."))
            first = (await client.model(_RESPONSES, {"model": name, "input": "hi", "tools": [_ASKING]})).json
            (asked,) = [item for item in first["output"] if item["type"] == "mcp_approval_request"]
            said = {"type": "mcp_approval_response", "approval_request_id": asked["id"], "approve": verdict}
            more = {"model": name, "tools": [_ASKING], "previous_response_id": first["id"], "input": [said]}
            await client.model(_RESPONSES, {**more, "stream": True})
            await client.model(_RESPONSES, more)
            unknown = {**said, "approval_request_id": "mcpr_none"}
            await client.model(_RESPONSES, {**more, "input": [unknown]})

    @add(SCENARIOS, f"an approval of {_name}, streamed")
    async def _(client: Client, name: str = _name) -> None:
        client.world.answers(Says(calls=(_ADD,)))
        await client.model(_RESPONSES, {"model": name, "input": "hi", "tools": [_ASKING], "stream": True})

    @add(SCENARIOS, f"in the background with {_name}")
    async def _(client: Client, name: str = _name) -> None:
        go = asyncio.Event()
        client.world.provider.started.clear()
        client.world.answers(Says("hello there", hold=go))
        given = {"model": name, "input": "hi", "tools": [_MCP], "background": True}
        id_ = (await client.model(_RESPONSES, given)).json["id"]
        await client.world.provider.started.wait()
        async with client.open("GET", f"{_RESPONSES}/{id_}?stream=true", _get()) as stream:
            await stream.until(b"\n\n", 2)
            go.set()
            await stream.rest()
        await client.get(f"{_RESPONSES}/{id_}")
        await client.get(f"{_RESPONSES}/{id_}?stream=true&starting_after=3")
        await client.get(f"{_RESPONSES}/{id_}/cancel", method="POST")

    @add(SCENARIOS, f"in the background with {_name}, streamed")
    async def _(client: Client, name: str = _name) -> None:
        client.world.answers(Says(calls=(_ADD,)), Says("It is 3."))
        given = {"model": name, "input": "hi", "tools": [_MCP], "background": True, "stream": True}
        await client.model(_RESPONSES, given)

    @add(SCENARIOS, f"cancelled in the background with {_name}")
    async def _(client: Client, name: str = _name) -> None:
        client.world.provider.started.clear()
        client.world.answers(Says("hello there", hold=asyncio.Event()))
        given = {"model": name, "input": "hi", "tools": [_MCP], "background": True}
        id_ = (await client.model(_RESPONSES, given)).json["id"]
        await client.world.provider.started.wait()
        await client.get(f"{_RESPONSES}/{id_}/cancel", method="POST")
        await client.get(f"{_RESPONSES}/{id_}")


@add(SCENARIOS, "responses that the provider keeps")
async def _(client: Client) -> None:
    client.world.answers(Says("hello"))
    for stream in (False, True):
        reply: Reply = await client.model(_RESPONSES, {"model": "resp", "input": "hi", "stream": stream})
        id_ = reply.events[0]["response"]["id"] if stream else reply.json["id"]
        at = f"{_RESPONSES}/{id_}"
        for path in (at, f"{at}?include=x&key=sk-all", f"{at}/input_items?limit=2"):
            await client.get(path)
        await client.get(at, "wide")
        await client.get(f"{at}/cancel", method="POST")
        await client.model(_RESPONSES, {"model": "resp", "input": "more", "previous_response_id": id_}, "wide")
        await client.get(at, method="DELETE")
        await client.get(at)


@add(SCENARIOS, "responses that nobody has")
async def _(client: Client) -> None:
    for method, path in (("GET", ""), ("GET", "/input_items"), ("POST", "/cancel"), ("DELETE", ""), ("GET", "/none")):
        await client.get(f"{_RESPONSES}/resp_none{path}", method=method)
        await client.get(f"{_RESPONSES}/resp_none{path}", None, method=method)


def _get() -> dict[str, str]:
    return {"authorization": "Bearer sk-all"}
