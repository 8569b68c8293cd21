"""Whatever a provider sends: the run ends in order, or with an error that says whose fault it is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.llm.connection import Connection
from mcptui.llm.engine import Run, RunRequest
from mcptui.llm.errors import LlmError
from mcptui.llm.functions import Functions
from mcptui.llm.provider import provider_of
from mcptui.llm.response import new_response
from mcptui.llm.tools import Approval, ToolCall, ToolSource, Verdict
from mcptui.model import LlmModel
from mcptui.model.entities import ModelApi
from tests.support.event_order import check_order
from tests.support.provider import Says, chat_chunks, response_events
from tests.support.strict import checked_event


class Source:
    """A tool that answers."""

    label = "gw"
    tools: Sequence[dict[str, Any]] = ({"name": "a"},)

    def approval(self, name: str) -> Approval:
        return "never"

    async def approve(self, call: ToolCall) -> Verdict:
        raise NotImplementedError

    async def call(self, call: ToolCall) -> dict[str, Any]:
        return {"content": [{"type": "text", "text": "from a"}]}


def run(api: ModelApi, events: list[Any]) -> Run:
    """A run whose provider sends ``events`` in its first round, and ends well in the next."""
    last = list(chat_chunks(Says("well"), 2) if api == "chat" else response_events(Says("well"), 2))
    answers = iter([b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events), b"".join(last)])

    def answer(_: httpx2.Request) -> httpx2.Response:
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, content=next(answers, b"".join(last)), headers=headers)

    model = LlmModel(name="mine", base_url="http://llm/v1", model="m", api=api)
    connection = Connection(model, None, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)))
    source = Source()
    wanted = RunRequest(
        response=new_response({"model": "mine"}),
        conversation=[{"type": "message", "role": "user", "content": "hi"}],
        sources=[source],
        functions=Functions[ToolSource]([source]),
    )
    return Run(wanted, provider_of(connection))


def scripted(api: ModelApi) -> list[Any]:
    """An answer with a text and two calls."""
    says = Says("Let me see.", calls=(("a", '{"x": 1}'), ("a", "")), thought="Hm.")
    texts = chat_chunks(says, 1) if api == "chat" else response_events(says, 1)
    return [json.loads(text.partition(b"data: ")[2]) for text in texts if b"[DONE]" not in text]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 40) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """``value`` with one member, somewhere, that is gone or something else."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: spoilt(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], spoilt(draw, value[index]), *value[index + 1 :]]
    return draw(_JSON)


@st.composite
def answers(draw: st.DrawFn, api: ModelApi) -> list[Any]:
    """The scripted answer with some events spoilt, left out, or said twice."""
    events = scripted(api)
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(events) - 1))
        match draw(st.sampled_from(["spoil", "drop", "twice"])):
            case "spoil":
                events[index] = spoilt(draw, events[index])
            case "drop" if len(events) > 1:
                del events[index]
            case _:
                events.insert(index, events[index])
    return events


async def ended(api: ModelApi, events: list[Any]) -> None:
    started = run(api, events)
    try:
        async with aclosing(started.events()) as told:
            seen = [event async for event in told]
    except LlmError:
        return
    assert seen[-1]["type"] in ("response.completed", "response.incomplete", "response.failed")
    assert [event["sequence_number"] for event in seen] == list(range(len(seen)))


@given(answers("chat"))
def test_any_completion(events: list[Any]) -> None:
    asyncio.run(ended("chat", events))


@given(answers("responses"))
def test_any_response(events: list[Any]) -> None:
    asyncio.run(ended("responses", events))


@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_what_is_not_spoilt(api: ModelApi) -> None:
    started = run(api, scripted(api))
    async with aclosing(started.events()) as told:
        seen = [event async for event in told]
    for event in seen:
        checked_event(event)
    assert check_order(seen)["status"] == "completed"
    assert started.calls == 2


async def test_thousands_of_calls_at_once() -> None:
    """What is beyond the limit is not made, and answered all the same; nothing grows with the square of them."""
    calls = tuple(("a", '{"x": 1}') for _ in range(3000))
    events = [
        json.loads(text.partition(b"data: ")[2]) for text in chat_chunks(Says(calls=calls), 1) if b"[DONE]" not in text
    ]
    started = run("chat", events)
    async with aclosing(started.events()) as told:
        async for _ in told:
            pass
    statuses = [item["status"] for item in started.response["output"] if item["type"] == "mcp_call"]
    assert (statuses.count("completed"), statuses.count("failed")) == (128, 2872)
    assert started.limit == "the limit of 128 tool calls is reached"
    outputs = [item for item in started.conversation if item["type"] == "function_call_output"]
    assert len(outputs) == 3000
