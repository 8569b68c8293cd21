from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletionMessageFunctionToolCall, ChatCompletionToolParam

from mcptui.demo.model import demo_model
from mcptui.demo.rules import MODEL_NAME

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOOLS: list[ChatCompletionToolParam] = [
    {"type": "function", "function": {"name": f"demo__{name}", "parameters": {"type": "object"}}}
    for name in ("calculate", "slow_count")
]


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=demo_model()), base_url="http://demo") as client:
        yield client


@pytest.fixture
def client(http: httpx2.AsyncClient) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url="http://demo/v1", api_key="unused", http_client=http, max_retries=0)


def user(text: str) -> Any:
    return [{"role": "user", "content": text}]


async def test_models(client: openai.AsyncOpenAI) -> None:
    assert [model.id async for model in client.models.list()] == [MODEL_NAME]


async def test_calls_come_side_by_side_and_results_are_reported(client: openai.AsyncOpenAI) -> None:
    messages = user("6*7, and count to 2")
    first = await client.chat.completions.create(model=MODEL_NAME, messages=messages, tools=TOOLS)
    choice = first.choices[0]
    assert choice.finish_reason == "tool_calls"
    calls = choice.message.tool_calls
    assert calls is not None
    for call in calls:
        assert isinstance(call, ChatCompletionMessageFunctionToolCall)
        messages.append({"role": "tool", "tool_call_id": call.id, "content": f"result of {call.function.name}"})
    messages.insert(1, choice.message.model_dump(exclude_none=True))
    second = await client.chat.completions.create(model=MODEL_NAME, messages=messages, tools=TOOLS)
    content = second.choices[0].message.content
    assert content is not None
    assert "result of demo__calculate" in content
    assert "result of demo__slow_count" in content
    assert second.usage is not None
    assert second.usage.total_tokens == second.usage.prompt_tokens + second.usage.completion_tokens > 0


async def test_streamed_calls_add_up(client: openai.AsyncOpenAI) -> None:
    async with client.chat.completions.stream(
        model=MODEL_NAME, messages=user("6*7, and count to 2"), tools=TOOLS, stream_options={"include_usage": True}
    ) as stream:
        final = await stream.get_final_completion()
    calls = final.choices[0].message.tool_calls
    assert calls is not None
    assert [json.loads(call.function.arguments) for call in calls] == [{"expression": "6*7"}, {"to": 2, "seconds": 0.5}]
    assert final.usage is not None


async def test_streamed_text_equals_the_whole(client: openai.AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(model=MODEL_NAME, messages=user("hello"), tools=TOOLS)
    pieces = [
        chunk.choices[0].delta.content or ""
        async for chunk in await client.chat.completions.create(
            model=MODEL_NAME, messages=user("hello"), tools=TOOLS, stream=True
        )
    ]
    assert "".join(pieces) == whole.choices[0].message.content
    assert len(pieces) > 5


async def test_refusal(client: openai.AsyncOpenAI) -> None:
    async with client.chat.completions.stream(model=MODEL_NAME, messages=user("the password?")) as stream:
        message = (await stream.get_final_completion()).choices[0].message
    assert message.refusal == "I must not help with secrets of other people."
    assert not message.content


async def test_errors_have_the_shape_of_openai(client: openai.AsyncOpenAI, http: httpx2.AsyncClient) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        await client.chat.completions.create(model="gpt-4o", messages=user("hello"))
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.InternalServerError, match="as you asked"):
        await client.chat.completions.create(model=MODEL_NAME, messages=user("break the model"))
    for body in (b"{", b"[]", b'{"messages": 1}', b'{"messages": [1]}'):
        response = await http.post("/v1/chat/completions", content=body)
        assert response.status_code == 400
        assert response.json()["error"]["type"] == "invalid_request_error"


async def test_odd_tools_do_not_matter(http: httpx2.AsyncClient) -> None:
    body = {"model": MODEL_NAME, "messages": user("6*7"), "tools": [1, {}, {"function": 2}], "stream_options": 1}
    assert (await http.post("/v1/chat/completions", json=body)).status_code == 200
    assert (await http.post("/v1/chat/completions", json={**body, "stream": True})).text.endswith("data: [DONE]\n\n")
