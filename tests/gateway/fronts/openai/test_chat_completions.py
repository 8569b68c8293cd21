"""``/v1/chat/completions`` with tools of this gateway, on both kinds of provider, read by the official client."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from tests.support.provider import Refusal, Says
from tests.support.rig import Rig

ADD = ("one__add", '{"a": 1, "b": 2}')
USER: Any = {"role": "user", "content": "hi"}
both = pytest.mark.parametrize("model", ["chat", "resp"])


def tool(rig: Rig, **more: Any) -> Any:
    """All servers, without approvals."""
    url = f"{rig.gateway.url}/mcp"
    return {"type": "mcp", "server_label": "gw", "server_url": url, "require_approval": "never", **more}


async def create(rig: Rig, model: str, *messages: Any, **more: Any) -> ChatCompletion:
    completion = await rig.client().chat.completions.create(model=model, messages=messages or [USER], **more)
    return ChatCompletion.model_validate(completion.model_dump())


@both
async def test_rounds_and_what_happened_in_them(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says("Let me see.", calls=(ADD, ("one__boom", "{}"))), Says("It is 3.")]
    completion = await create(rig, model, tools=[tool(rig)], max_tokens=50, temperature=0.1)
    (choice,) = completion.choices
    assert (choice.message.content, choice.finish_reason) == ("Let me see.\n\nIt is 3.", "stop")
    assert choice.message.tool_calls is None
    assert completion.model == model
    assert completion.usage is not None
    assert (completion.usage.prompt_tokens, completion.usage.total_tokens) == (20, 30)
    fields = choice.message.model_extra["provider_specific_fields"]  # type: ignore[index]
    assert len(fields["mcp_list_tools"]) == 4
    assert [call["function"]["name"] for call in fields["mcp_tool_calls"]] == ["one__add", "one__boom"]
    assert [result["result"] for result in fields["mcp_call_results"]] == ["3", None]
    body = rig.provider.asked[0].body
    assert body["temperature"] == 0.1
    assert body["max_tokens" if model == "chat" else "max_output_tokens"] == 50


@both
async def test_streamed(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says("Let me see.", calls=(ADD,)), Says("It is 3.")]
    chunks = [
        ChatCompletionChunk.model_validate(chunk.model_dump())
        async for chunk in await rig.client().chat.completions.create(
            model=model, messages=[USER], tools=[tool(rig)], stream=True, stream_options={"include_usage": True}
        )
    ]
    deltas = [chunk.choices[0].delta for chunk in chunks[:-1]]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == "Let me see.\n\nIt is 3."
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert deltas[-1].model_extra["provider_specific_fields"]["mcp_call_results"][0]["result"] == "3"  # type: ignore[index]
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 30
    assert {chunk.id for chunk in chunks} == {chunks[0].id}


@both
@pytest.mark.parametrize("streamed", [True, False])
async def test_the_client_s_own_functions(rig: Rig, model: str, streamed: bool) -> None:
    own = {"type": "function", "function": {"name": "mine", "parameters": {"type": "object", "properties": {}}}}
    rig.provider.rounds = [Says(calls=(ADD, ("mine", '{"x": 1}'))), Says("done")]
    request = {"model": model, "messages": [USER], "tools": [tool(rig), own]}
    if streamed:
        async with rig.client().chat.completions.stream(**request) as stream:
            choice = (await stream.get_final_completion()).choices[0]
    else:
        choice = (await rig.client().chat.completions.create(**request)).choices[0]
    (call,) = choice.message.tool_calls
    assert (choice.finish_reason, call.function.name, call.function.arguments) == ("tool_calls", "mine", '{"x": 1}')
    message = choice.message.model_dump(exclude_none=True, exclude={"parsed", "provider_specific_fields"})
    answered = {"role": "tool", "tool_call_id": call.id, "content": "mine said"}
    completion = await create(rig, model, USER, message, answered, tools=[tool(rig), own])
    assert completion.choices[0].message.content == "done"
    assert "mine said" in json.dumps(rig.provider.asked[1].body)


@both
async def test_an_approval(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    first = await create(rig, model, tools=[tool(rig, require_approval="always")])
    (choice,) = first.choices
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls is not None
    call: Any = choice.message.tool_calls[0]
    assert (call.function.name, call.function.arguments) == ADD
    assert rig.one.messages("tools/call") == []
    message = choice.message.model_dump(exclude_none=True, exclude={"provider_specific_fields"})
    second = await create(rig, model, USER, message, tools=[tool(rig)])
    assert second.choices[0].message.content == "It is 3."
    assert len(rig.one.messages("tools/call")) == 1
    assert json.dumps(rig.provider.asked[1].body).count(call.id) == 2
    rig.provider.asked.clear()
    rig.provider.rounds = [Says("as you like")]
    rejected = {"role": "tool", "tool_call_id": call.id, "content": "The user said no."}
    third = await create(rig, model, USER, message, rejected, tools=[tool(rig)])
    assert third.choices[0].message.content == "as you like"
    assert len(rig.one.messages("tools/call")) == 1


@both
async def test_the_provider_s_error(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Refusal(400, "too long")]
    for streamed in (True, False):
        with pytest.raises(openai.BadRequestError, match="too long"):
            await rig.client().chat.completions.create(model=model, messages=[USER], tools=[tool(rig)], stream=streamed)
    rig.provider.asked.clear()
    rig.provider.rounds = [Says("Hm.", calls=(ADD,)), Refusal(400, "too long")]
    completion = await create(rig, model, tools=[tool(rig)])
    assert "too long" in completion.model_extra["error"]["message"]  # type: ignore[index]
    rig.provider.asked.clear()
    stream = await rig.client().chat.completions.create(model=model, messages=[USER], tools=[tool(rig)], stream=True)
    with pytest.raises(openai.APIError, match="too long"):
        async for _ in stream:
            pass


async def test_plain_completions_on_the_responses_api(rig: Rig) -> None:
    completion = await create(
        rig,
        "resp",
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "hi"}]},
        {"role": "assistant", "content": "what?"},
        USER,
        response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
        reasoning_effort="low",
        max_completion_tokens=7,
    )
    assert completion.choices[0].message.content == "hello there"
    (asked,) = rig.provider.asked
    assert asked.path == "/v1/responses"
    body = asked.body
    assert [item["role"] for item in body["input"]] == ["system", "user", "assistant", "user"]
    assert body["text"]["format"] == {"type": "json_schema", "name": "n", "schema": {"type": "object"}}
    assert (body["reasoning"], body["max_output_tokens"]) == ({"effort": "low"}, 7)
    for more in ({"stop": "x"}, {"n": 2}, {"messages": "x"}, {"messages": [{"role": "x"}]}):
        with pytest.raises(openai.BadRequestError):
            await rig.client().chat.completions.create(**{"model": "resp", "messages": [USER], **more})


async def test_options_of_chat_completions_stay(rig: Rig) -> None:
    await create(rig, "chat", tools=[tool(rig)], stop=["x"], seed=4, max_completion_tokens=9)
    body = rig.provider.asked[0].body
    assert (body["stop"], body["seed"], body["max_completion_tokens"]) == (["x"], 4, 9)
    assert "max_tokens" not in body
