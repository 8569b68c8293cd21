"""One round in the words of the Responses API, from providers that keep to their API more or less."""

from __future__ import annotations

import json
from contextlib import aclosing
from typing import Any

import httpx2
import pytest

from mcptui.llm.connection import Connection
from mcptui.llm.errors import LlmError
from mcptui.llm.provider import provider_of
from mcptui.model import LlmModel
from mcptui.model.entities import ModelApi

BODY: dict[str, Any] = {"input": [{"role": "user", "content": "hi"}]}


def answering(api: ModelApi, response: httpx2.Response) -> tuple[Connection, list[httpx2.Request]]:
    """The way to a provider that always gives this answer."""
    requests: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return response

    model = LlmModel(name="mine", base_url="http://llm/v1", model="m-1", api=api)
    return Connection(model, None, httpx2.AsyncClient(transport=httpx2.MockTransport(answer))), requests


def sse(*values: Any) -> httpx2.Response:
    text = "".join(f"data: {json.dumps(value)}\n\n" for value in values)
    return httpx2.Response(200, text=text, headers={"content-type": "text/event-stream"})


async def read(api: ModelApi, response: httpx2.Response, **more: Any) -> list[dict[str, Any]]:
    connection, _ = answering(api, response)
    async with aclosing(provider_of(connection).stream({**BODY, **more})) as events:
        return [event async for event in events]


async def test_a_completion_in_one_piece() -> None:
    message = {
        "content": "hi",
        "tool_calls": [{"id": "c1", "function": {"name": "f", "arguments": "{}"}, "x": {"y": 1}}],
    }
    choice = {"message": message, "finish_reason": "tool_calls"}
    events = await read("chat", httpx2.Response(200, json={"choices": [choice], "usage": {"prompt_tokens": 3}}))
    assert events[-1]["type"] == "response.completed"
    response = events[-1]["response"]
    assert [item["type"] for item in response["output"]] == ["message", "function_call"]
    assert response["output"][1]["provider_specific_fields"] == {"x": {"y": 1}}
    assert response["usage"]["total_tokens"] == 3


async def test_a_response_in_one_piece() -> None:
    item = {"type": "message", "id": "m", "content": []}
    whole = {"object": "response", "status": "completed", "output": [item], "error": None}
    events = await read("responses", httpx2.Response(200, json=whole))
    assert [event["type"] for event in events] == [
        "response.output_item.added",
        "response.output_item.done",
        "response.completed",
    ]


async def test_what_compatible_providers_leave_out() -> None:
    done = {"type": "response.completed", "response": {}}
    events = await read("responses", sse({"type": "response.output_text.delta", "delta": "h"}, done))
    (delta,) = [event for event in events if event["type"] == "response.output_text.delta"]
    assert (delta["delta"], delta["logprobs"], delta["output_index"]) == ("h", [], 0)
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == "h"


@pytest.mark.parametrize(
    ("api", "response"),
    [
        ("chat", sse({"choices": [{"delta": {"role": "assistant"}}]})),
        ("chat", sse()),
        ("responses", sse({"type": "response.created", "response": {}})),
    ],
)
async def test_an_answer_without_an_end_broke_off(api: ModelApi, response: httpx2.Response) -> None:
    with pytest.raises(LlmError, match="the answer of mine broke off: it ended too early"):
        await read(api, response)


_SHORT = "This model's maximum context length is 4096 tokens. However, you requested 5000."


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "message": _SHORT, "code": "x", "param": "input", "sequence_number": 3},
        {"type": "response.failed", "response": {"status": "failed", "error": {"code": "y", "message": _SHORT}}},
    ],
)
async def test_a_failure_in_the_middle(event: dict[str, Any]) -> None:
    with pytest.raises(LlmError, match="mine: This model's maximum") as error:
        await read("responses", sse({"type": "response.created", "response": {}}, event))
    assert (error.value.code, error.value.context_size) == ("context_length_exceeded", 4096)


async def test_a_call_whose_name_never_comes() -> None:
    calls = [{"index": 0, "function": {"arguments": "{"}}, {"index": 0, "function": {"arguments": "}"}}]
    events = await read("chat", sse({"choices": [{"delta": {"tool_calls": calls}, "finish_reason": "stop"}]}))
    assert [event["type"].rpartition("response.")[2] for event in events] == [
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]


async def test_options_that_only_chat_completions_has() -> None:
    response = sse({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    connection, requests = answering("chat", response)
    more = {"mcptui_chat_only": {"stop": ["x"], "max_completion_tokens": 5}, "max_output_tokens": 5}
    async with aclosing(provider_of(connection).stream({**BODY, **more})) as events:
        async for _ in events:
            pass
    assert json.loads(requests[0].content) == {
        "messages": BODY["input"],
        "stop": ["x"],
        "max_completion_tokens": 5,
        "model": "m-1",
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    with pytest.raises(LlmError, match="stop is not available"):
        await read("responses", sse(), **more)
