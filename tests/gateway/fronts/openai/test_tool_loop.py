"""The tool loop under everything that clients, models and tools may do to it."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest

from mcptui.gateway.fronts.openai import responses
from mcptui.model import Server
from tests.support.provider import Refusal, Says
from tests.support.rig import Rig
from tests.support.upstream import text

ADD = ("one__add", '{"a": 1, "b": 2}')
both = pytest.mark.parametrize("model", ["chat", "resp"])
MINE: Any = {"type": "function", "name": "mine", "parameters": {"type": "object", "properties": {}}}


@pytest.fixture
def tool() -> Any:
    """All servers, without approvals."""
    return {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}


def offered(body: Any) -> list[str]:
    return [entry.get("name") or entry["function"]["name"] for entry in body.get("tools") or ()]


def told(body: Any) -> list[str]:
    """What the model is told of the calls."""
    items = body.get("input") or body["messages"]
    return [
        item.get("output") or item.get("content")
        for item in items
        if item.get("type") == "function_call_output" or item.get("role") == "tool"
    ]


def calls_of(response: Any) -> list[Any]:
    return [item for item in response.output if item.type == "mcp_call"]


@pytest.mark.parametrize("approval", ["never", "always"])
async def test_a_thinking_model_gets_its_thoughts_back_with_the_result(rig: Rig, tool: Any, approval: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD, ADD), thought="I should add."), Says("It is 3.", thought="Done.")]
    client = rig.client()
    entry = {**tool, "require_approval": approval}
    response = await client.responses.create(model="chat", input="hi", tools=[entry])
    if approval == "always":
        yes = [
            {"type": "mcp_approval_response", "approval_request_id": item.id, "approve": True}
            for item in response.output
            if item.type == "mcp_approval_request"
        ]
        more: Any = {"previous_response_id": response.id, "input": yes}
        response = await client.responses.create(model="chat", tools=[entry], **more)
    assert response.output_text == "It is 3."
    (said,) = [message for message in rig.provider.asked[1].body["messages"] if message["role"] == "assistant"]
    assert said["reasoning_content"] == "I should add."
    assert len(said["tool_calls"]) == 2
    assert all(set(call) == {"id", "type", "function"} for call in said["tool_calls"])


async def test_thoughts_that_a_client_sends_back_reach_the_model(rig: Rig, tool: Any) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "mine", "arguments": "{}"}}
    rig.provider.rounds = [Says("Done.")]
    messages: Any = [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": None, "reasoning_content": "I ask mine.", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "yes"},
    ]
    await rig.client().chat.completions.create(model="chat", messages=messages, tools=[tool])
    said = rig.provider.asked[0].body["messages"][1]
    assert (said["reasoning_content"], said["tool_calls"]) == ("I ask mine.", [call])


@both
async def test_a_result_of_ten_megabytes(rig: Rig, tool: Any, model: str) -> None:
    async def much(_: Any) -> dict[str, Any]:
        return text("x" * 10_000_000)

    rig.one.tools["add"] = much
    rig.provider.rounds = [Says(calls=(ADD,)), Says("That was much.")]
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool])
    (call,) = calls_of(response)
    (heard,) = told(rig.provider.asked[1].body)
    for said in (call.output, heard):
        assert said.endswith("\n(cut: 10000000 characters in all)")
        assert len(said) < 410_000
    assert len(rig.provider.asked[1].raw) < 500_000


@both
async def test_an_image_that_is_too_large_for_the_provider(rig: Rig, tool: Any, model: str) -> None:
    async def picture(_: Any) -> dict[str, Any]:
        return {"content": [{"type": "image", "data": "aGk=" * 1000, "mimeType": "image/png"}]}

    rig.one.tools["add"] = picture
    rig.provider.rounds = [Says(calls=(ADD,)), Refusal(413, "too large"), Says("Without it.")]
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool])
    assert response.output_text == "Without it."


@both
async def test_arguments_of_every_kind(rig: Rig, tool: Any, model: str) -> None:
    async def echo(incoming: Any) -> dict[str, Any]:
        return text(json.dumps(incoming.arguments, sort_keys=True))

    rig.one.tools["add"] = echo
    arguments = ['{"x": "\\ud800 \\u202e é"}', '{"n": NaN}', "{", '"text"', "[" * 100_000, "", "  ", '{"a": 1, "a": 2}']
    rig.provider.rounds = [Says(calls=tuple(("one__add", each) for each in arguments)), Says("done")]
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool])
    made = calls_of(response)
    assert [call.status for call in made] == [
        "completed", "failed", "failed", "failed", "failed", "completed", "completed", "completed",
    ]  # fmt: skip
    assert json.loads(made[0].output) == {"x": "\ud800 \u202e é"}
    assert (made[5].output, made[7].output) == ("{}", '{"a": 2}')


@both
@pytest.mark.parametrize(
    ("choice", "sent", "names"),
    [
        ("none", "none", ["one__add", "one__boom", "two__add", "two__other", "mine"]),
        ("auto", "auto", ["one__add", "one__boom", "two__add", "two__other", "mine"]),
        ("required", "required", ["one__add", "one__boom", "two__add", "two__other", "mine"]),
        (
            {"type": "function", "name": "mine"},
            "mine",
            ["one__add", "one__boom", "two__add", "two__other", "mine"],
        ),
        ({"type": "mcp", "server_label": "gw"}, "required", ["one__add", "one__boom", "two__add", "two__other"]),
        ({"type": "mcp", "server_label": "gw", "name": "two__add"}, "required", ["two__add"]),
        (
            {"type": "allowed_tools", "mode": "required", "tools": [{"type": "mcp", "server_label": "gw"}]},
            "required",
            ["one__add", "one__boom", "two__add", "two__other"],
        ),
        (
            {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "mine"}]},
            "auto",
            ["mine"],
        ),
    ],
    ids=str,
)
async def test_every_form_of_tool_choice(
    rig: Rig, tool: Any, model: str, choice: Any, sent: str, names: list[str]
) -> None:
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool, MINE], tool_choice=choice)
    body = rig.provider.asked[0].body
    assert offered(body) == names
    wanted = body["tool_choice"]
    assert sent == (wanted if isinstance(wanted, str) else wanted.get("name") or wanted["function"]["name"])
    echoed = response.tool_choice
    assert (echoed if isinstance(echoed, str) else echoed.model_dump(exclude_unset=True)) == choice


@both
async def test_one_call_at_a_time(rig: Rig, tool: Any, model: str) -> None:
    at_once = most = 0

    async def busy(_: Any) -> dict[str, Any]:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        for _ in range(5):
            await asyncio.sleep(0)
        at_once -= 1
        return text("done")

    rig.one.tools["add"] = busy
    rig.provider.rounds = [Says(calls=(ADD,) * 5), Says("done")]
    client = rig.client()
    await client.responses.create(model=model, input="hi", tools=[tool], parallel_tool_calls=False)
    assert most == 1
    assert [asked.body["parallel_tool_calls"] for asked in rig.provider.asked] == [False, False]


@both
async def test_an_endless_loop_ends(rig: Rig, tool: Any, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,))]
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool])
    assert (response.status, response.incomplete_details.reason) == ("incomplete", "max_messages")
    assert calls_of(response)[-1].error.message == "not called: the limit of 24 rounds is reached"
    assert len(rig.provider.asked) == 24


@both
async def test_a_chain_of_fifty_responses(rig: Rig, tool: Any, model: str) -> None:
    rig.provider.script = lambda body: Says(f"{len(body.get('input') or body['messages'])} items")
    client, previous = rig.client(), None
    for turn in range(50):
        response = await client.responses.create(
            model=model, input=f"turn {turn}", previous_response_id=previous, tools=[tool]
        )
        assert response.output_text == f"{2 * turn + 1} items"
        assert response.previous_response_id == previous
        previous = response.id
    # The first one can still be gone on with: a conversation may fork.
    assert [item.content[0].text async for item in client.responses.input_items.list(previous)] == ["turn 49"]


@both
async def test_approvals_count_for_the_limit_and_are_not_lost_by_a_refusal(rig: Rig, tool: Any, model: str) -> None:
    asks = {**tool, "require_approval": "always"}
    rig.provider.rounds = [Says(calls=(ADD, ADD)), Says("well")]
    client = rig.client()
    first = await client.responses.create(model=model, input="hi", tools=[asks])
    answers = [
        {"type": "mcp_approval_response", "approval_request_id": item.id, "approve": True}
        for item in first.output
        if item.type == "mcp_approval_request"
    ]
    request: Any = {"model": model, "previous_response_id": first.id, "input": answers, "tools": [asks]}
    # What is refused before anything was called has used no answer up.
    rig.change(models={**rig.state.models, model: replace(rig.state.models[model], api_key="${secret:nowhere}")})
    with pytest.raises(openai.APIStatusError):
        await client.responses.create(**request)
    rig.change(models={**rig.state.models, model: replace(rig.state.models[model], api_key=None)})
    second = await client.responses.create(**request, max_tool_calls=1)
    assert [call.status for call in calls_of(second)] == ["completed", "failed"]
    assert second.incomplete_details.reason == "max_messages"
    with pytest.raises(openai.BadRequestError, match="has been answered before"):
        await client.responses.create(**request)


async def test_what_the_provider_keeps_by_itself_is_not_mixed_with_tools_of_ours(rig: Rig, tool: Any) -> None:
    client = rig.client()
    with pytest.raises(openai.BadRequestError, match="use previous_response_id"):
        await client.responses.create(model="resp", input="hi", tools=[tool], conversation="conv_1")
    await client.responses.create(model="resp", input="hi", conversation="conv_1", instructions="Be brief.")
    assert rig.provider.asked[0].body["conversation"] == "conv_1"


async def test_instructions_belong_to_one_request(rig: Rig, tool: Any) -> None:
    client = rig.client()
    first = await client.responses.create(model="chat", input="hi", tools=[tool], instructions="Be brief.")
    await client.responses.create(model="chat", input="and?", tools=[tool], previous_response_id=first.id)
    systems = [[m["content"] for m in asked.body["messages"] if m["role"] == "system"] for asked in rig.provider.asked]
    assert systems == [["Be brief."], []]


@both
@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"functions": [{"name": "f", "parameters": {}}]}, "functions is the older form of tools"),
        ({"function_call": "auto"}, "function_call is the older form of tool_choice"),
        ({"n": 2}, "n must be 1"),
        (
            {"messages": [{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}]},
            "function_call is the older form of tool_calls",
        ),
        ({"messages": [{"role": "function", "name": "f", "content": "x"}]}, "there is no role 'function'"),
        ({"messages": "hi"}, "messages must be a list of objects"),
    ],
    ids=str,
)
async def test_older_forms_of_chat_completions(rig: Rig, tool: Any, model: str, more: Any, why: str) -> None:
    request: Any = {"model": model, "messages": [{"role": "user", "content": "hi"}], "tools": [tool], **more}
    with pytest.raises(openai.BadRequestError, match=why):
        await rig.client().chat.completions.create(**request)
    assert rig.provider.asked == []


async def test_older_forms_pass_through_where_nothing_is_ours(rig: Rig) -> None:
    request: Any = {"functions": [{"name": "f", "parameters": {}}], "function_call": "auto", "n": 2}
    await rig.client().chat.completions.create(model="chat", messages=[{"role": "user", "content": "hi"}], **request)
    assert {name: rig.provider.asked[0].body[name] for name in request} == request


@both
async def test_images_in_a_question(rig: Rig, tool: Any, model: str) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk=", "detail": "low"}}
    question = {"role": "user", "content": [{"type": "text", "text": "what is it?"}, image]}
    await rig.client().chat.completions.create(model=model, messages=[question], tools=[tool])
    part = {"type": "input_image", "image_url": "data:image/png;base64,aGk=", "detail": "low"}
    item = {"role": "user", "content": [{"type": "input_text", "text": "what is it?"}, part]}
    await rig.client().responses.create(model=model, input=[item], tools=[tool])
    for asked in rig.provider.asked:
        (sent,) = asked.body.get("messages") or asked.body["input"]
        assert sent["content"][1] == (image if model == "chat" else part)


@both
async def test_a_client_s_custom_tool_keeps_its_name(rig: Rig, model: str) -> None:
    mine: Any = {"type": "custom", "name": "add"} if model == "resp" else {**MINE, "name": "add"}
    tool: Any = {"type": "mcp", "server_label": "gw", "server_url": "mcptui/one", "require_approval": "never"}
    await rig.client().responses.create(model=model, input="hi", tools=[tool, mine])
    names = offered(rig.provider.asked[0].body)
    assert names.count("add") == 1
    assert len(set(names)) == 3


async def test_leaving_reaches_a_tool_behind_stdio(rig: Rig, tool: Any) -> None:
    program = str(Path(sys.modules["tests.support"].__file__ or "").with_name("stdio_server.py"))
    rig.change(servers={"own": Server(name="own", command=sys.executable, args=("-S", program, "stateless"))})
    await rig.gateway.read()
    rig.provider.rounds = [Says(calls=(("own__hang", "{}"),)), Says("done")]
    client = rig.client()
    queued = await client.responses.create(model="chat", input="hi", tools=[tool], background=True)
    async with aclosing(await client.responses.retrieve(queued.id, stream=True)) as events:
        async for event in events:
            if event.type == "response.mcp_call_arguments.done":
                break
    assert (await client.responses.cancel(queued.id)).status == "cancelled"
    # The process was told, and goes on: what was cancelled does not hold it up.
    rig.provider.asked.clear()
    rig.provider.rounds = [Says(calls=(("own__cancelled", "{}"),)), Says("done")]
    response = await client.responses.create(model="chat", input="hi", tools=[tool])
    assert [call.output for call in calls_of(response)] == ["1"]


async def test_only_so_many_run_in_the_background(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responses, "MOST_RUNNING", 2)
    hold = asyncio.Event()
    rig.provider.rounds = [Says("hello there", hold=hold)]
    client = rig.client()
    made = [await client.responses.create(model="chat", input="hi", background=True) for _ in range(2)]
    with pytest.raises(openai.RateLimitError) as limited:
        await client.responses.create(model="chat", input="hi", background=True)
    assert limited.value.response.headers["retry-after"] == "10"
    await client.responses.cancel(made[0].id)
    await client.responses.create(model="chat", input="hi", background=True)
    hold.set()


async def test_a_provider_that_hangs_is_left_with_its_client(rig: Rig, tool: Any) -> None:
    rig.provider.rounds = [Says(calls=(ADD,), hold=asyncio.Event())]
    asking = asyncio.create_task(rig.client().responses.create(model="chat", input="hi", tools=[tool]))
    await asyncio.wait_for(rig.provider.started.wait(), 10)
    asking.cancel()
    await asyncio.wait_for(rig.provider.left.wait(), 10)
