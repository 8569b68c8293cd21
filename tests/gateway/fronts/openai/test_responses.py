"""``/v1/responses`` with tools of this gateway, on both kinds of provider, read by the official client."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import openai
import pytest
from openai.types.responses import Response

from tests.support.event_order import check_order
from tests.support.gateway import key
from tests.support.provider import Refusal, Says
from tests.support.rig import Rig
from tests.support.upstream import text

ADD = ("one__add", '{"a": 1, "b": 2}')
both = pytest.mark.parametrize("model", ["chat", "resp"])


def tool(rig: Rig, path: str = "/mcp", **more: Any) -> Any:
    """All servers, without approvals."""
    entry = {"type": "mcp", "server_label": "gw", "server_url": rig.gateway.url + path, "require_approval": "never"}
    return {**entry, **more}


async def stream(rig: Rig, key_name: str = "all", **request: Any) -> tuple[list[dict[str, Any]], Response]:
    """All events, each valid, in an order that is the API's, and the response at the end."""
    events: list[dict[str, Any]] = []
    async with rig.http.stream(
        "POST",
        f"{rig.gateway.url}/v1/responses",
        json={"stream": True, "input": "hi", **request},
        headers={"Authorization": f"Bearer sk-{key_name}"},
    ) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                event = json.loads(line.removeprefix("data: "))
                assert event["type"] == name
                events.append(event)
    return events, Response.model_validate(check_order(events))


def kinds(output: Any) -> list[str]:
    return [item.type for item in output if item.type != "reasoning"]


@both
async def test_a_round_of_calls_side_by_side(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says("Let me see.", calls=(ADD, ("two__other", "{}"))), Says("It is 3.")]
    client = rig.client()
    response = await client.responses.create(model=model, input="1 + 2?", tools=[tool(rig)])
    assert kinds(response.output) == ["mcp_list_tools", "message", "mcp_call", "mcp_call", "message"]
    calls: Any = [item for item in response.output if item.type == "mcp_call"]
    assert [(call.name, call.output, call.status) for call in calls] == [
        ("one__add", "3", "completed"),
        ("two__other", "from two", "completed"),
    ]
    assert response.output_text == "Let me see.It is 3."
    assert response.status == "completed"
    assert response.usage is not None
    assert (response.usage.input_tokens, response.usage.output_tokens, response.usage.total_tokens) == (20, 10, 30)
    assert response.model == model
    first, second = (asked.body for asked in rig.provider.asked)
    names = [entry.get("name") or entry["function"]["name"] for entry in first["tools"]]
    assert names == ["one__add", "one__boom", "two__add", "two__other"]
    assert first["model"] == rig.state.models[model].model
    told = json.dumps(second)
    assert told.count("call_1_0") == told.count("call_1_1") == 2


@both
async def test_the_events(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says("Let me see.", calls=(ADD, ("one__boom", ""))), Says("It is 3.")]
    events, response = await stream(rig, model=model, tools=[tool(rig)])
    assert kinds(response.output) == ["mcp_list_tools", "message", "mcp_call", "mcp_call", "message"]
    failed = [event for event in events if event["type"] == "response.mcp_call.failed"]
    assert len(failed) == 1
    boom: Any = response.output[-2]
    assert boom.error.type == "mcp_tool_execution_error"
    assert boom.error.content == [{"type": "text", "text": "it exploded"}]
    assert (boom.output, boom.arguments) == (None, "{}")
    assert sum(event["type"] == "response.mcp_call_arguments.delta" for event in events) == 3


@both
async def test_the_official_client_reads_the_stream(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3.")]
    async with rig.client().responses.stream(model=model, input="hi", tools=[tool(rig)]) as events:
        seen = [event.type async for event in events]
        final = await events.get_final_response()
    assert final.output_text == "It is 3."
    assert seen[0] == "response.created"


@both
async def test_several_rounds(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says(calls=(("one__add", '{"a": 3, "b": 4}'),)), Says("7")]
    response = await rig.client().responses.create(
        model=model, input="hi", tools=[tool(rig)], tool_choice="required", temperature=0.5, instructions="Be brief."
    )
    assert [item.output for item in response.output if item.type == "mcp_call"] == ["3", "7"]
    assert [asked.body["tool_choice"] for asked in rig.provider.asked] == ["required", "auto", "auto"]
    assert [asked.body["temperature"] for asked in rig.provider.asked] == [0.5] * 3
    assert response.instructions == "Be brief."
    assert len(rig.one.messages("tools/list")) == 1


@both
@pytest.mark.parametrize("path", ["/mcp/one", "/one/mcp", "mcptui/one", "litellm_proxy/mcp/one", "registered"])
async def test_every_spelling_of_one_server(rig: Rig, model: str, path: str) -> None:
    url = rig.one.url if path == "registered" else path if not path.startswith("/") else rig.gateway.url + path
    rig.provider.rounds = [Says(calls=(("add", '{"a": 1, "b": 2}'),)), Says("3")]
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool(rig, server_url=url)])
    listed: Any = response.output[0]
    assert [entry.name for entry in listed.tools] == ["add", "boom"]
    refused = {"type": "mcp", "server_label": "x", "server_url": url, "require_approval": "never"}
    if path == "registered" and model == "resp":
        return  # a foreign URL for that key: the provider may have it
    with pytest.raises(openai.BadRequestError) as error:
        await rig.client("only-two").responses.create(model=model, input="hi", tools=[refused])
    assert error.value.code == "mcp_server_not_found"


@both
async def test_the_same_error_for_a_server_that_does_not_exist(rig: Rig, model: str) -> None:
    told = set()
    for name in ("one", "xyz"):
        with pytest.raises(openai.BadRequestError) as error:
            await rig.client("only-two").responses.create(model=model, input="hi", tools=[tool(rig, f"/mcp/{name}")])
        told.add(str(error.value).replace(name, "NAME"))
    assert len(told) == 1
    assert rig.provider.asked == []


async def test_a_foreign_server_is_the_provider_s_business(rig: Rig) -> None:
    foreign = {
        "type": "mcp",
        "server_label": "far",
        "server_url": "https://mcp.example.com/mcp",
        "headers": {"X-Own": "token", "X-Other": "Bearer sk-only-two", "x-litellm-api-key": "sk-all"},
        "authorization": "sk-all",
    }
    await rig.client().responses.create(model="resp", input="hi", tools=[foreign, tool(rig)])
    await rig.client().responses.create(model="resp", input="hi", tools=[foreign])
    for asked in rig.provider.asked:
        (sent,) = [entry for entry in asked.body["tools"] if entry["type"] == "mcp"]
        assert sent == {**{k: v for k, v in foreign.items() if k != "authorization"}, "headers": {"X-Own": "token"}}
    with pytest.raises(openai.BadRequestError, match="is not behind this gateway"):
        await rig.client().responses.create(model="chat", input="hi", tools=[foreign])


@both
async def test_a_key_in_the_tool_s_headers_counts_for_that_tool(rig: Rig, model: str) -> None:
    entry = tool(rig, headers={"X-LiteLLM-API-Key": "Bearer sk-only-two", "x-mcp-auth": "t"})
    response = await rig.client().responses.create(model=model, input="hi", tools=[entry])
    listed: Any = response.output[0]
    assert [item.name for item in listed.tools] == ["two__add", "two__other"]
    assert response.tools[0].headers is None
    for bad in ("sk-off", "nonsense"):
        with pytest.raises(openai.AuthenticationError, match="gw: The key is"):
            await rig.client().responses.create(model=model, input="hi", tools=[tool(rig, authorization=bad)])
    assert len(rig.provider.asked) == 1


@both
@pytest.mark.parametrize(
    ("allowed", "names"),
    [
        (["one__add"], ["one__add"]),
        (["other"], ["two__other"]),
        ({"tool_names": ["add"]}, ["one__add", "two__add"]),
        ({"read_only": True}, ["one__add"]),
        ({"read_only": False, "tool_names": ["add"]}, ["two__add"]),
    ],
)
async def test_allowed_tools(rig: Rig, model: str, allowed: Any, names: list[str]) -> None:
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool(rig, allowed_tools=allowed)])
    listed: Any = response.output[0]
    assert [entry.name for entry in listed.tools] == names


@both
async def test_no_tools_is_an_error_that_says_why(rig: Rig, model: str) -> None:
    keys = {"none": key("none"), "denied": key("denied", servers=("one",), tools={"one": ("!*",)})}
    rig.change(keys={**rig.state.keys, **keys})
    cases: list[tuple[str, Any, str]] = [
        ("all", {"allowed_tools": ["nope"]}, "gw: none of its 4 tools is among allowed_tools"),
        ("none", {}, "gw: the key may use no server"),
        ("denied", {}, "gw: one has no tool that the key may use"),
    ]
    for name, more, why in cases:
        with pytest.raises(openai.BadRequestError, match=why):
            await rig.client(name).responses.create(model=model, input="hi", tools=[tool(rig, **more)])
    down = replace(rig.state.servers["one"], name="down", url="http://127.0.0.1:9/mcp")
    rig.change(servers={"down": down})
    with pytest.raises(openai.APIStatusError, match="Server down is unreachable: ") as error:
        await rig.client().responses.create(model=model, input="hi", tools=[tool(rig, "/mcp/down")])
    assert (error.value.status_code, error.value.type) == (424, "external_connector_error")
    assert rig.provider.asked == []


MALFORMED: list[tuple[Any, str]] = [
    ({"server_label": 1}, "server_label must be a string"),
    ({"server_url": 1}, "server_url must be a string"),
    ({"headers": {"a": 1}}, "headers must be an object of strings"),
    ({"allowed_tools": 1}, "must be a list of tool names, or an object"),
    ({"allowed_tools": {"tool_names": 1}}, "tool_names must be a list of strings"),
    ({"allowed_tools": {"read_only": "yes"}}, "read_only must be true or false"),
    ({"require_approval": "sometimes"}, 'require_approval must be "always"'),
]


@pytest.mark.parametrize(("member", "why"), MALFORMED)
async def test_malformed_tools(rig: Rig, member: Any, why: str) -> None:
    with pytest.raises(openai.BadRequestError, match=why):
        await rig.client().responses.create(model="resp", input="hi", tools=[tool(rig, **member)])


@pytest.mark.parametrize("tools", [[1], {}, "x"])
async def test_tools_that_are_no_list_of_objects(rig: Rig, tools: Any) -> None:
    with pytest.raises(openai.BadRequestError, match="tools must be a list of objects"):
        await rig.client().responses.create(model="chat", input="hi", tools=tools)


async def test_one_label_twice(rig: Rig) -> None:
    with pytest.raises(openai.BadRequestError, match="'gw' stands there twice"):
        await rig.client().responses.create(model="resp", input="hi", tools=[tool(rig), tool(rig)])


@both
async def test_two_labels_with_the_same_names_and_a_client_s_function(rig: Rig, model: str) -> None:
    own: Any = {"type": "function", "name": "other", "parameters": {"type": "object", "properties": {}}}
    labels = [tool(rig, "/mcp/one", server_label="a"), tool(rig, "/mcp/two", server_label="b"), own]
    await rig.client().responses.create(model=model, input="hi", tools=labels)
    offered = [entry.get("name") or entry["function"]["name"] for entry in rig.provider.asked[0].body["tools"]]
    assert offered[:2] == ["add", "boom"]
    assert offered[4] == "other"
    assert len(set(offered)) == 5
    rig.provider.asked.clear()
    rig.provider.rounds = [Says(calls=((offered[2], "{}"),)), Says("done")]
    response = await rig.client().responses.create(model=model, input="hi", tools=labels)
    (call,) = [item for item in response.output if item.type == "mcp_call"]
    assert (call.server_label, call.name, call.output) == ("b", "add", "from two")


@both
async def test_the_client_s_functions_come_back_to_it(rig: Rig, model: str) -> None:
    own: Any = {"type": "function", "name": "mine", "parameters": {"type": "object", "properties": {}}}
    rig.provider.rounds = [Says(calls=(ADD, ("mine", '{"x": 1}'))), Says("done")]
    client = rig.client()
    first = await client.responses.create(model=model, input="hi", tools=[tool(rig), own])
    assert kinds(first.output) == ["mcp_list_tools", "mcp_call", "function_call"]
    call: Any = first.output[-1]
    assert (call.name, call.arguments, first.status) == ("mine", '{"x": 1}', "completed")
    second = await client.responses.create(
        model=model,
        previous_response_id=first.id,
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "mine said"}],
        tools=[tool(rig), own],
    )
    assert kinds(second.output) == ["message"]
    told = json.dumps(rig.provider.asked[1].body)
    assert "mine said" in told
    assert told.count(call.call_id) == 2
    assert '"3"' in told


@both
async def test_failures_are_told_to_the_model_and_the_client(rig: Rig, model: str) -> None:
    async def gone(_: Any) -> dict[str, Any]:
        rig.change(keys={**rig.state.keys, "all": replace(rig.state.keys["all"], servers=("two",))})
        return text("ok")

    rig.two.tools["other"] = gone
    rig.provider.rounds = [
        Says(calls=(("one__add", "[1]"), ("one__add", '{"a": 1}'), ("two__other", "{}"))),
        Says(calls=(ADD,)),
        Says("sorry"),
    ]
    response = await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)])
    calls: Any = [item for item in response.output if item.type == "mcp_call"]
    assert [call.status for call in calls] == ["failed", "failed", "completed", "failed"]
    assert calls[0].error.message == "the arguments are not a JSON object; nothing was called"
    assert calls[3].error.message == "Unknown tool: one__add"
    assert response.output_text == "sorry"
    assert "Error: Unknown tool: one__add" in json.dumps(rig.provider.asked[2].body)


@both
async def test_limits(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD, ADD))]
    events, response = await stream(rig, model=model, tools=[tool(rig)], max_tool_calls=3)
    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_messages"
    calls: Any = [item for item in response.output if item.type == "mcp_call"]
    assert [call.status for call in calls] == ["completed"] * 3 + ["failed"]
    assert calls[-1].error.message == "not called: the limit of 3 tool calls is reached"
    assert events[-1]["type"] == "response.incomplete"
    with pytest.raises(openai.BadRequestError, match="max_tool_calls must be a number"):
        await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)], max_tool_calls=0)


@both
@pytest.mark.parametrize(("cut", "reason"), [("length", "max_output_tokens"), ("content_filter", "content_filter")])
async def test_an_answer_that_was_cut_off(rig: Rig, model: str, cut: str, reason: str) -> None:
    rig.provider.rounds = [Says("It is", calls=(("one__add", '{"a"'),), cut=cut)]
    _, response = await stream(rig, model=model, tools=[tool(rig)])
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == reason
    assert rig.one.messages("tools/call") == []


@both
async def test_a_refusal_of_the_model(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(refusal="I must not.")]
    _, response = await stream(rig, model=model, tools=[tool(rig)])
    message: Any = response.output[-1]
    assert message.content[0].refusal == "I must not."


@both
async def test_the_provider_s_error_before_and_after_a_tool_ran(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Refusal(400, "too long")]
    for streamed in (True, False):
        with pytest.raises(openai.BadRequestError, match="too long"):
            await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)], stream=streamed)
    rig.provider.asked.clear()
    rig.provider.rounds = [Refusal(429, "slow", {"Retry-After": "60"})]
    with pytest.raises(openai.RateLimitError) as limited:
        await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)])
    assert limited.value.response.headers["retry-after"] == "60"
    rig.provider.asked.clear()
    # A client that saw an error would ask again, and call the tool twice.
    rig.provider.rounds = [Says(calls=(ADD,)), Refusal(429, "slow", {"Retry-After": "60"})]
    _, response = await stream(rig, model=model, tools=[tool(rig)])
    assert response.status == "failed"
    assert response.error is not None
    assert response.error.code == "rate_limit_exceeded"
    assert kinds(response.output) == ["mcp_list_tools", "mcp_call"]


@both
@pytest.mark.parametrize("streamed", [True, False])
async def test_leaving_stops_the_tool(rig: Rig, model: str, streamed: bool) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def hang(_: Any) -> dict[str, Any]:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return {}

    rig.one.tools["add"] = hang
    rig.provider.rounds = [Says(calls=(ADD,))]

    async def read() -> None:
        answer: Any = await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)], stream=streamed)
        async for _ in answer:
            pass

    task = asyncio.create_task(read())
    await asyncio.wait_for(started.wait(), 5)
    task.cancel()
    await asyncio.wait_for(stopped.wait(), 5)


async def test_images_go_where_the_provider_takes_them(rig: Rig) -> None:
    async def picture(_: Any) -> dict[str, Any]:
        block = {"type": "image", "data": "aGk=", "mimeType": "image/png"}
        return {"content": [{"type": "text", "text": "look"}, block], "structuredContent": {"n": 1}}

    rig.one.tools["add"] = picture
    for model in ("chat", "resp"):
        rig.provider.asked.clear()
        rig.provider.rounds = [Says(calls=(ADD,)), Says("nice")]
        await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)])
        assert "data:image/png;base64,aGk=" in json.dumps(rig.provider.asked[1].body)
        rig.provider.asked.clear()
        rig.provider.rounds = [Says(calls=(ADD,)), Refusal(400, "no images here"), Says("blind")]
        response = await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)])
        assert response.output_text == "blind"
        told = json.dumps(rig.provider.asked[2].body)
        assert "base64" not in told
        assert "look" in told


@both
@pytest.mark.parametrize("name", [None, "other"])
async def test_a_choice_of_one_label(rig: Rig, model: str, name: str | None) -> None:
    labels = [tool(rig, "/mcp/one", server_label="a"), tool(rig, "/mcp/two", server_label="b")]
    rig.provider.rounds = [Says(calls=(("other", "{}"),)), Says("done")]
    choice: Any = {"type": "mcp", "server_label": "b", "name": name}
    await rig.client().responses.create(model=model, input="hi", tools=labels, tool_choice=choice)
    first, second = (asked.body for asked in rig.provider.asked)
    assert first["tool_choice"] == "required"
    assert len(first["tools"]) == (2 if name is None else 1)
    assert second["tool_choice"] == "auto"
    assert len(second["tools"]) == 4
    wrong = {"type": "mcp", "server_label": "c"}
    with pytest.raises(openai.BadRequestError, match="there is no tool"):
        await rig.client().responses.create(model=model, input="hi", tools=labels, tool_choice=wrong)


async def test_plain_responses_on_chat_completions(rig: Rig) -> None:
    events, response = await stream(rig, model="chat", input=[{"role": "user", "content": "hi"}], store=False)
    assert response.output_text == "hello there"
    assert response.usage is not None
    assert [event["type"] for event in events].count("response.output_text.delta") == 2
    with pytest.raises(openai.BadRequestError, match="no tools of type 'web_search'"):
        await rig.client().responses.create(model="chat", input="hi", tools=[{"type": "web_search"}])
    for more in ({"input": 1}, {"conversation": "conv_1"}, {"prompt": {"id": "p"}}):
        with pytest.raises(openai.BadRequestError):
            await rig.client().responses.create(**{"model": "chat", "input": "hi", **more})
