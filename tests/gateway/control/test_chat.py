"""Turns of a conversation through the control API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.control.chat import ChatTools, chat
from mcptui.gateway.exchange import Exchange
from mcptui.llm.tools import ToolCall
from mcptui.model.runtime import CallEvent, JsonObject
from tests.support.gateway import key
from tests.support.provider import Refusal, Says
from tests.support.rig import Rig, running_rig
from tests.support.upstream import text

ADD = ("one__add", '{"a": 1, "b": 2}')
BOOM = ("one__boom", "{}")
both = pytest.mark.parametrize("model", ["chat", "resp"])


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running_rig() as rig:
        yield rig


async def turn(rig: Rig, model: str, answer: Any = None, **more: Any) -> list[CallEvent]:
    """The events of one turn; ``answer`` is given to every approval."""
    calls = ControlCalls(rig.gateway.core)
    request = {"model": model, "messages": [{"role": "user", "content": "hi"}], **more}
    seen = []
    async with aclosing(chat(rig.gateway.core, calls, request)) as events:
        async for event in events:
            seen.append(event)
            if event.type == "approval":
                assert answer is not None, event
                assert calls.answer(event.value["id"], answer, None)
    return seen


def kinds(events: list[CallEvent]) -> list[str]:
    told = [e for e in events if e.type not in ("text", "usage")]
    return [f"{e.type} {e.value['status']}" if e.type == "tool" else e.type for e in told]


@both
async def test_tools_and_an_answer(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    events = await turn(rig, model, approve="never")
    assert kinds(events) == ["tool running", "tool ok", "done"]
    running, ok = (event.value for event in events if event.type == "tool")
    assert (running["name"], running["server"], running["arguments"]) == ("one__add", "one", {"a": 1, "b": 2})
    assert ok["output"]["content"][0]["text"] == "3"
    assert ok["ms"] >= 0
    assert ok["id"] == running["id"]
    assert "".join(event.value["delta"] for event in events if event.type == "text") == "It is 3."
    done = events[-1].value
    assert [message["role"] for message in done["messages"]] == ["assistant", "tool", "assistant"]
    assert (done["rounds"], done["tool_calls"], done["stop"]) == (2, 1, "stop")
    again = [{"role": "user", "content": "hi"}, *done["messages"], {"role": "user", "content": "and?"}]
    assert kinds(await turn(rig, model, approve="never", messages=again)) == ["done"]


async def test_the_time_of_a_call_is_the_tool_s(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is started for the first call takes seconds, of which the tool knows nothing."""
    clock = iter([100.0, 103.0])
    monkeypatch.setattr("mcptui.gateway.control.chat.time.perf_counter", lambda: next(clock))

    async def follow(_: ControlCalls, exchange: Exchange) -> AsyncIterator[CallEvent]:
        exchange.connect_ms = 2750.0
        yield CallEvent(type="result", value=text("3"))

    monkeypatch.setattr(ControlCalls, "follow", follow)
    tell: asyncio.Queue[CallEvent] = asyncio.Queue()
    tools = ChatTools(ControlCalls(rig.gateway.core), {}, tell)
    monkeypatch.setattr(tools, "_tools", {"t": {"name": "t"}})
    await tools.call(ToolCall("1", "t", {}))
    assert tell.get_nowait().value["status"] == "running"
    assert tell.get_nowait().value["ms"] == 250.0


@both
async def test_what_is_not_read_only_is_asked_for(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD, BOOM)), Says("sorry")]
    events = await turn(rig, model, {"approve": False})
    assert [event.value["name"] for event in events if event.type == "approval"] == ["one__boom"]
    (refused,) = [event.value for event in events if event.type == "tool" and event.value["status"] == "error"]
    assert (refused["name"], refused["error"]) == ("one__boom", "the user rejected this call")
    assert [message["params"]["name"] for message in rig.one.messages("tools/call")] == ["add"]


async def test_a_server_in_production_is_asked_for_in_any_case(rig: Rig) -> None:
    rig.change(servers={**rig.state.servers, "one": replace(rig.state.servers["one"], environment="prod")})
    rig.provider.rounds = [Says(calls=(ADD, BOOM)), Says("sorry")]
    events = await turn(rig, "chat", {"approve": False}, approve="never")
    asked = [event.value for event in events if event.type == "approval"]
    assert [(call["name"], call["production"]) for call in asked] == [("one__boom", True)]


@both
async def test_edited_arguments(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("done")]
    events = await turn(rig, model, {"approve": True, "arguments": {"a": 40, "b": 2}}, approve="always")
    assert kinds(events) == ["approval", "tool running", "tool ok", "done"]
    running, ok = (event.value for event in events if event.type == "tool")
    assert ok["output"]["content"][0]["text"] == "42"
    assert running["arguments"] == {"a": 40, "b": 2}


@both
async def test_failures(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(BOOM, ("one__add", "[1]"))), Says("done")]
    events = await turn(rig, model, approve="never")
    problems = {event.value["name"]: event.value["error"] for event in events if event.value.get("status") == "error"}
    assert problems == {
        "one__boom": "it exploded",
        "one__add": "the arguments are not a JSON object; nothing was called",
    }


@both
async def test_errors_of_the_provider(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Refusal(401, "bad key")]
    events = await turn(rig, model, approve="never")
    assert kinds(events) == ["tool running", "tool ok", "error"]
    error = events[-1].value
    assert "bad key" in error["message"]
    assert [message["role"] for message in error["data"]["messages"]] == ["assistant", "tool"]
    rig.provider.rounds = [Refusal(401, "bad key")]
    (event,) = await turn(rig, model)
    assert (event.type, event.value["code"]) == ("error", 401)
    assert event.value["data"]["hint"] == "check the model's API key"


def usages(events: list[CallEvent]) -> list[JsonObject]:
    return [event.value for event in events if event.type == "usage"]


@both
async def test_what_a_turn_costs_is_told_after_every_round(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    first, second = usages(await turn(rig, model, approve="never"))
    assert (first["usage"]["prompt_tokens"], second["usage"]["prompt_tokens"]) == (10, 20)
    assert (second["cost"], second["context"], second["context_size"]) == (None, 15, None)
    priced = replace(rig.state.models[model], input_price=2.0, output_price=10.0, context_size=1000)
    rig.change(models={**rig.state.models, model: replace(priced, cached_input_price=0.5)})
    (only,) = usages(await turn(rig, model, approve="never"))
    # Of the ten that were read, the provider with Responses had two in its cache.
    expected = {"chat": (10 * 2.0 + 5 * 10.0) / 1e6, "resp": (8 * 2.0 + 2 * 0.5 + 5 * 10.0) / 1e6}
    assert only["cost"] == pytest.approx(expected[model])
    assert (only["context"], only["context_size"]) == (15, 1000)


@both
async def test_a_limit_that_the_provider_names_is_remembered(rig: Rig, model: str) -> None:
    message = "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens."
    rig.provider.rounds = [Refusal(400, message), Says("short")]
    (error,) = await turn(rig, model)
    assert (error.value["data"]["code"], error.value["data"]["context_size"]) == ("context_length_exceeded", 4096)
    assert "begin a new one" in error.value["data"]["hint"]
    (used,) = usages(await turn(rig, model))
    assert (used["context"], used["context_size"]) == (15, 4096)


async def test_only_the_chosen_servers_are_seen(rig: Rig) -> None:
    await turn(rig, "chat", servers=["two", "gone"])
    await turn(rig, "chat", servers=["one"], key="only-two")
    await turn(rig, "chat", servers=[])
    first, *others = [asked.body.get("tools") for asked in rig.provider.asked]
    assert [entry["function"]["name"] for entry in first] == ["two__add", "two__other"]
    assert others == [None, None]


async def test_models_and_tools_are_those_of_the_key(rig: Rig) -> None:
    rig.change(keys={**rig.state.keys, "none": key("none")})
    (event,) = await turn(rig, "resp", key="no-resp")
    assert event.value["message"] == "there is no model 'resp' here (there is chat)"
    await turn(rig, "chat", key="only-two")
    offered = [entry["function"]["name"] for entry in rig.provider.asked[0].body["tools"]]
    assert offered == ["two__add", "two__other"]
    await turn(rig, "chat", key="none")
    assert "tools" not in rig.provider.asked[1].body


async def test_a_limit_is_told(rig: Rig) -> None:
    rig.provider.rounds = [Says(calls=(ADD,))]
    done = (await turn(rig, "chat", approve="never"))[-1].value
    assert done["stop"] == "the limit of 24 rounds is reached"
    rig.provider.asked.clear()
    rig.provider.rounds = [Says("half", cut="length")]
    assert (await turn(rig, "chat"))[-1].value["stop"] == "max_output_tokens"


async def test_stopping_stops_the_tool(rig: Rig) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def hang(_: Any) -> dict[str, Any]:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return text("")

    rig.one.tools["add"] = hang
    rig.provider.rounds = [Says(calls=(ADD,))]
    task = asyncio.create_task(turn(rig, "chat", approve="never"))
    await asyncio.wait_for(started.wait(), 5)
    task.cancel()
    await asyncio.wait_for(stopped.wait(), 5)


async def test_progress_and_questions_of_tools(rig: Rig) -> None:
    async def working(incoming: Any) -> dict[str, Any]:
        token = incoming.params["_meta"]["progressToken"]
        await incoming.notify("notifications/progress", {"progressToken": token, "progress": 1})
        return text("done")

    rig.one.tools["add"] = working
    rig.provider.rounds = [Says(calls=(ADD,)), Says("ok")]
    assert kinds(await turn(rig, "chat", approve="never")) == ["tool running", "progress", "tool ok", "done"]


async def test_a_key_that_cannot_be_resolved(rig: Rig) -> None:
    rig.change(models={"chat": replace(rig.state.models["chat"], api_key="${secret:x}")})
    (event,) = await turn(rig, "chat")
    assert "is not set" in event.value["message"]


async def test_a_rejection_may_say_why(rig: Rig) -> None:
    rig.provider.rounds = [Says(calls=(BOOM,)), Says("sorry")]
    events = await turn(rig, "chat", {"approve": False, "reason": "use add instead"})
    (asked,) = [event.value for event in events if event.type == "approval"]
    assert asked["annotations"] is None
    told = rig.provider.asked[1].body["messages"][-1]
    assert told["content"] == "Error: the user rejected this call: use add instead"


async def test_a_provider_that_wants_a_pause(rig: Rig) -> None:
    rig.provider.rounds = [Refusal(429, "slow down", {"retry-after": "0"}), Says("hello")]
    events = await turn(rig, "chat")
    assert kinds(events) == ["retry", "done"]
    assert events[0].value["seconds"] == 0
    assert "slow down" in events[0].value["message"]


@both
async def test_a_system_prompt_and_a_temperature(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says("Yes.")]
    events = await turn(rig, model, system="Be brief.", temperature=0.5)
    assert [message["role"] for message in events[-1].value["messages"]] == ["assistant"]
    request = rig.provider.asked[-1].body
    assert "Be brief." in str(request)
    assert request["temperature"] == 0.5


@both
async def test_attached_resources_are_sent_without_the_secrets_in_use(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says("Yes.")]
    secret = "canary-5f1c9e77a3"
    rig.gateway.core.tools.known.add("test", secret)
    events = await turn(rig, model, attached=[{"uri": "note://1", "text": f"the {secret} in it"}])
    (attached,) = (event.value["attached"] for event in events if event.type == "attached")
    assert secret not in str(attached)
    request = str(rig.provider.asked[-1].body)
    assert "note://1" in request
    assert "in it" in request
    assert secret not in request
