"""Questions to a client during its call: on the stream of that, and answered in its session only."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tests.support.gateway import RunningGateway
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire, WireSession

Connect = Callable[..., Wire]


async def ask(incoming: Incoming) -> dict[str, Any]:
    answer = await incoming.ask("elicitation/create", {"message": "?"})
    return text(json.dumps(answer.get("result", answer.get("error"))))


async def test_a_question_goes_on_the_stream_of_its_call(session: WireSession, a: ScriptedUpstream) -> None:
    a.tools["echo"] = ask
    async with asyncio.timeout(10), session.open(5, "tools/call", {"name": "a__echo"}) as reader:
        question = await reader.message()
        assert (question["method"], question["params"]) == ("elicitation/create", {"message": "?"})
        for wrong in (
            {"id": "mcptui-unknown", "result": {}},
            {"id": 5, "result": {}},
            {"id": None, "error": {"code": 1, "message": "x"}},
        ):
            assert (await session.send(wrong)).status_code == 202
        answer = {"id": question["id"], "result": {"action": "accept"}}
        assert (await session.send(answer)).status_code == 202
        assert (await session.send(answer)).status_code == 202
        (final,) = await reader.rest()
    assert final["result"] == text('{"action": "accept"}')


async def test_nobody_answers_for_somebody_else(
    gateway: RunningGateway, wire: Connect, session: WireSession, a: ScriptedUpstream
) -> None:
    a.tools["echo"] = ask
    other = await wire(gateway, "second").shake_hands()
    async with asyncio.timeout(10), session.open(5, "tools/call", {"name": "a__echo"}) as reader:
        question = await reader.message()
        await other.send({"id": question["id"], "result": {"action": "forged"}})
        await session.send({"id": question["id"], "error": {"code": -1, "message": "no"}})
        (final,) = await reader.rest()
    assert json.loads(final["result"]["content"][0]["text"]) == {"code": -1, "message": "no"}


async def test_the_servers_cancellation_of_a_question_is_passed_on(session: WireSession, a: ScriptedUpstream) -> None:
    asked = asyncio.Event()

    async def ask_and_give_up(incoming: Incoming) -> dict[str, Any]:
        question = asyncio.create_task(incoming.ask("elicitation/create", {"message": "?"}))
        await asked.wait()
        await incoming.notify("notifications/cancelled", {"requestId": "q1"})
        question.cancel()
        return text("gave up")

    a.tools["echo"] = ask_and_give_up
    async with asyncio.timeout(10), session.open(5, "tools/call", {"name": "a__echo"}) as reader:
        question = await reader.message()
        asked.set()
        note, answer = await reader.rest()
    assert note["params"]["requestId"] == question["id"]
    assert answer["result"] == text("gave up")


async def test_cancelling_a_call_takes_its_question_back(session: WireSession, a: ScriptedUpstream) -> None:
    a.tools["echo"] = ask
    async with asyncio.timeout(10), session.open(5, "tools/call", {"name": "a__echo"}) as reader:
        question = await reader.message()
        await session.send({"method": "notifications/cancelled", "params": {"requestId": 5}})
        messages = await reader.rest()
    assert {"requestId": question["id"], "reason": "no longer needed"} in [each.get("params") for each in messages]
    assert messages[-1]["error"]["code"] == -32800
