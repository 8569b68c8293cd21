"""Questions in calls: clients of both eras and servers of both eras, with every answer."""

from __future__ import annotations

from typing import Any, Final

from tests.recorded.groups.common import call
from tests.recorded.raw import Reply
from tests.recorded.recorder import Client, Scenario, Session, add

SCENARIOS: Final[dict[str, Scenario]] = {}
_EVENT: Final = b"\n\n"
_ALL: Final[dict[str, Any]] = {"sampling": {}, "elicitation": {"form": {}, "url": {}}, "roots": {}}
_ANSWERS: Final[dict[str, list[Any]]] = {
    "form": [{"action": "accept", "content": {"colour": "red"}}, {"action": "decline"}, {"action": "cancel"}],
    "url": [{"action": "accept"}, {"action": "decline"}],
    "sampling": [{"role": "assistant", "content": {"type": "text", "text": "ho"}, "model": "m"}],
    "roots": [{"roots": [{"uri": "file:///srv", "name": "srv"}]}, {"roots": []}],
}


async def _asked(session: Session, kind: str, server: str, answer: Any) -> None:
    message = session.client.message("tools/call", call(f"{server}__ask", question=kind))
    async with session.open(message) as stream:
        events: list[Any] = []
        while not events:
            events = Reply(200, [], await stream.until(_EVENT)).events
        await session.send({"id": events[0]["id"], **answer})
        await stream.rest()


for _server in ("hs", "st"):
    for _kind, _answers in _ANSWERS.items():

        @add(SCENARIOS, f"{_kind} of {_server} in a session")
        async def _(client: Client, server: str = _server, kind: str = _kind, answers: Any = _answers) -> None:
            session = await client.shake_hands(capabilities=_ALL)
            for answer in answers:
                await _asked(session, kind, server, {"result": answer})
            await _asked(session, kind, server, {"error": {"code": -1, "message": "not now", "data": {"a": 1}}})

        @add(SCENARIOS, f"{_kind} of {_server} to a stateless client")
        async def _(client: Client, server: str = _server, kind: str = _kind, answers: Any = _answers) -> None:
            params = call(f"{server}__ask", question=kind)
            for answer in answers:
                result = (await client.ask("tools/call", params, capabilities=_ALL)).json["result"]
                (name,) = result["inputRequests"]
                again = {**params, "requestState": result["requestState"], "inputResponses": {name: answer}}
                await client.ask("tools/call", again, capabilities=_ALL)

        @add(SCENARIOS, f"{_kind} of {_server} to a client that cannot be asked")
        async def _(client: Client, server: str = _server, kind: str = _kind) -> None:
            params = call(f"{server}__ask", question=kind)
            session = await client.shake_hands("2025-06-18")
            await session.ask("tools/call", params)
            await session.ask("tools/call", params, accept="application/json")
            await client.ask("tools/call", params)
            await client.ask("tools/call", params, capabilities={"elicitation": {}})

    @add(SCENARIOS, f"state of {_server} that is not right")
    async def _(client: Client, server: str = _server) -> None:
        params = call(f"{server}__ask", question="form")
        result = (await client.ask("tools/call", params, capabilities=_ALL)).json["result"]
        (name,) = result["inputRequests"]
        again = {**params, "requestState": result["requestState"], "inputResponses": {name: {"action": "accept"}}}
        await client.ask("tools/call", {**again, "requestState": "forged"}, capabilities=_ALL)
        await client.ask("tools/call", {**again, "requestState": 5}, capabilities=_ALL)
        await client.ask("tools/call", again, key="wide", capabilities=_ALL)
        other = {**again, "arguments": {"question": "roots"}}
        await client.ask("tools/call", other, capabilities=_ALL)
        await client.ask("tools/call", {**again, "inputResponses": []}, capabilities=_ALL)
        await client.ask("tools/call", again, capabilities=_ALL)
        await client.ask("tools/call", again, capabilities=_ALL)

    @add(SCENARIOS, f"no answer to {_server} yet")
    async def _(client: Client, server: str = _server) -> None:
        params = call(f"{server}__ask", question="form")
        result = (await client.ask("tools/call", params, capabilities=_ALL)).json["result"]
        again = {**params, "requestState": result["requestState"], "inputResponses": {"other": {"action": "accept"}}}
        if server == "hs":
            await client.ask("tools/call", again, capabilities=_ALL)


@add(SCENARIOS, "a stateless client with responses but no state")
async def _(client: Client) -> None:
    params = {**call("hs__add", a=1), "inputResponses": {"1": {"action": "accept"}}}
    await client.ask("tools/call", params, capabilities=_ALL)


@add(SCENARIOS, "answers to nothing")
async def _(client: Client) -> None:
    session = await client.shake_hands(capabilities=_ALL)
    await session.send({"id": 99, "result": {}})
    await session.send({"id": "x", "error": {"code": 1, "message": "no"}})
    await session.send({"method": "notifications/roots/list_changed"})
    await session.send({"method": "notifications/unknown", "params": {"a": 1}})


@add(SCENARIOS, "a question when the client cancels the call")
async def _(client: Client) -> None:
    session = await client.shake_hands(capabilities=_ALL)
    message = client.message("tools/call", call("hs__ask", question="form"))
    async with session.open(message) as stream:
        await stream.until(_EVENT, 2)
        await session.send({"method": "notifications/cancelled", "params": {"requestId": message["id"]}})
        await stream.rest()


@add(SCENARIOS, "two calls that wait at once")
async def _(client: Client) -> None:
    session = await client.shake_hands(capabilities=_ALL)
    first = client.message("tools/call", call("hs__ask", question="form"))
    second = client.message("tools/call", call("st__ask", question="roots"))
    async with session.open(first) as one:
        await one.until(_EVENT, 2)
        async with session.open(second) as two:
            await two.until(_EVENT, 2)
            (asked_two,), (asked_one,) = two.reply.events, one.reply.events
            await session.send({"id": asked_two["id"], "result": {"roots": []}})
            await two.rest()
            await session.send({"id": asked_one["id"], "result": {"action": "decline"}})
            await one.rest()
