"""The official client in all its ways: helpers that parse and stream, loops of its users, raw answers, no asyncio."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import openai
import pytest
from pydantic import BaseModel

from tests.support.provider import Refusal, Says
from tests.support.rig import Rig

ADD = ("one__add", '{"a": 1, "b": 2}')
both = pytest.mark.parametrize("model", ["chat", "resp"])


class Sum(BaseModel):
    """What the model is asked for."""

    total: int


@pytest.fixture
def tool() -> Any:
    """All servers, without approvals."""
    return {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}


@both
async def test_a_parsed_response(rig: Rig, tool: Any, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says('{"total": 3}')]
    response = await rig.client().responses.parse(model=model, input="1 + 2?", tools=[tool], text_format=Sum)
    assert response.output_parsed == Sum(total=3)
    sent = rig.provider.asked[0].body
    wanted = sent["text"]["format"] if model == "resp" else sent["response_format"]["json_schema"]
    assert (wanted["name"], wanted["strict"], wanted["schema"]["required"]) == ("Sum", True, ["total"])


@both
async def test_a_stream_of_responses_that_is_parsed(rig: Rig, tool: Any, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD, ADD), thought="I add."), Says('{"total": 3}')]
    client = rig.client()
    async with client.responses.stream(model=model, input="1 + 2?", tools=[tool], text_format=Sum) as events:
        seen = [event.type async for event in events]
        response = await events.get_final_response()
    assert response.output_parsed == Sum(total=3)
    assert seen.count("response.mcp_call.completed") == 2
    assert seen.count("response.reasoning_summary_text.delta") == (1 if model == "resp" else 0)


async def test_a_background_stream_that_is_taken_up_by_the_helper(rig: Rig, tool: Any) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    client = rig.client()
    made = await client.responses.create(model="resp", input="1 + 2?", tools=[tool], background=True)
    async with client.responses.stream(response_id=made.id, starting_after=2) as events:
        numbers = [event.sequence_number async for event in events]
    assert numbers[0] == 3
    assert numbers == list(range(3, 3 + len(numbers)))


@both
async def test_a_parsed_completion(rig: Rig, tool: Any, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says('{"total": 3}')]
    completion = await rig.client().chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": "1 + 2?"}],
        tools=[tool],
        response_format={"type": "json_schema", "json_schema": {"name": "Sum", "schema": Sum.model_json_schema()}},
    )
    assert Sum.model_validate_json(completion.choices[0].message.content) == Sum(total=3)
    rig.provider.rounds = [Says('{"total": 4}')]
    parsed = await rig.client().chat.completions.parse(
        model=model, messages=[{"role": "user", "content": "4?"}], response_format=Sum
    )
    assert parsed.choices[0].message.parsed == Sum(total=4)


@both
async def test_the_stream_helper_of_chat_completions(rig: Rig, tool: Any, model: str) -> None:
    own = {"type": "function", "function": {"name": "mine", "strict": True, "parameters": _strict_schema()}}
    rig.provider.rounds = [Says("Let me see.", calls=(ADD,)), Says("Your turn.", calls=(("mine", '{"total": 3}'),))]
    request: Any = {"model": model, "messages": [{"role": "user", "content": "1 + 2?"}], "tools": [own]}
    # The helper checks the tools before they are sent, and knows only functions.
    body = {"tools": [tool, own]}
    async with rig.client().chat.completions.stream(**request, extra_body=body) as events:
        seen = [event.type async for event in events]
        completion = await events.get_final_completion()
    assert "tool_calls.function.arguments.done" in seen
    message = completion.choices[0].message
    assert message.content == "Let me see.\n\nYour turn."
    assert message.tool_calls[0].function.arguments == '{"total": 3}'
    assert completion.choices[0].finish_reason == "tool_calls"


def _strict_schema() -> Any:
    return {**Sum.model_json_schema(), "additionalProperties": False}


@both
@pytest.mark.parametrize("stored", [True, False])
async def test_a_loop_that_sends_everything_back(rig: Rig, tool: Any, model: str, stored: bool) -> None:
    """As agents do: the output of a turn is the input of the next, with the results of one's own functions."""
    own = {"type": "function", "name": "mine", "parameters": _strict_schema(), "strict": True}
    rig.provider.rounds = [
        Says(calls=(ADD,), thought="I add."),
        Says(calls=(("mine", '{"total": 3}'),), thought="Now mine."),
        Says(calls=(ADD,)),
        Says("All is done."),
    ]
    client = rig.client()
    items: list[Any] = [{"role": "user", "content": "1 + 2?"}]
    for turn in range(2):
        response = await client.responses.create(
            model=model, input=items, tools=[tool, own], store=stored, include=["reasoning.encrypted_content"]
        )
        items += response.output
        calls = [item for item in response.output if item.type == "function_call"]
        items += [{"type": "function_call_output", "call_id": call.call_id, "output": "fine"} for call in calls]
        assert len(calls) == 1 - turn
    assert response.output_text == "All is done."
    last = rig.provider.asked[-1].body
    if model == "chat":
        roles = [message["role"] for message in last["messages"]]
        assert roles == ["user", "assistant", "tool", "assistant", "tool", "assistant", "tool"]
        assert "reasoning_effort" not in last
    else:
        kinds = [item.get("type", "message") for item in last["input"]]
        thoughts = ["reasoning"] if stored else []
        assert [kind for kind in kinds if kind != "reasoning"] == [
            "message", *["function_call", "function_call_output"] * 3
        ]  # fmt: skip
        # The first two thoughts came back sealed; the third is only the provider's own.
        assert kinds.count("reasoning") == 2 + len(thoughts)
        assert last["include"] == ["reasoning.encrypted_content"]
    # A tool list that the model knows already is told once more only by who did not see it.
    assert [item.type for item in response.output if item.type == "mcp_list_tools"] == []


@both
async def test_raw_answers(rig: Rig, tool: Any, model: str) -> None:
    raw = await rig.client().responses.with_raw_response.create(model=model, input="hi", tools=[tool])
    assert raw.headers["x-request-id"] == raw.parse()._request_id
    assert raw.headers["x-request-id"].startswith("req_")
    ids = {raw.headers["x-request-id"]}
    async with rig.client().responses.with_streaming_response.create(
        model=model, input="hi", tools=[tool], stream=True
    ) as streamed:
        ids.add(streamed.headers["x-request-id"])
        await streamed.read()
    assert len(ids) == 2
    rig.provider.asked.clear()
    rig.provider.rounds = [Refusal(429, "slow down", {"Retry-After": "60", "x-request-id": "req_provider"})]
    with pytest.raises(openai.RateLimitError) as limited:
        await rig.client().responses.create(model=model, input="hi", tools=[tool])
    assert limited.value.response.headers["retry-after"] == "60"
    assert limited.value.request_id is not None


@both
@pytest.mark.parametrize("stream", [True, False])
async def test_the_client_that_blocks(rig: Rig, tool: Any, model: str, stream: bool) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3."), Says(calls=(ADD,)), Says("It is 3.")]

    def talk() -> list[Any]:
        with openai.OpenAI(
            base_url=f"{rig.gateway.url}/v1", api_key="sk-all", http_client=httpx2.Client(), max_retries=0
        ) as client:
            response: Any = client.responses.create(model=model, input="hi", tools=[tool], stream=stream)
            request: Any = {"messages": [{"role": "user", "content": "hi"}], "tools": [tool], "stream": stream}
            text = list(response)[-1].response.output_text if stream else response.output_text
            completion: Any = client.chat.completions.create(model=model, **request)
            if stream:
                chunks = [chunk.choices[0].delta.content for chunk in completion if chunk.choices]
                return [text, "".join(chunk or "" for chunk in chunks)]
            return [text, completion.choices[0].message.content]

    assert await asyncio.to_thread(talk) == ["It is 3.", "It is 3."]


async def test_usage_of_a_stream_of_chat_completions(rig: Rig, tool: Any) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    stream = await rig.client().chat.completions.create(
        model="chat",
        messages=[{"role": "user", "content": "hi"}],
        tools=[tool],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = [chunk async for chunk in stream]
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == [30]
    assert chunks[-1].choices == []
    assert json.loads(chunks[-1].model_dump_json())["object"] == "chat.completion.chunk"
