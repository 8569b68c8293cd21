"""Approvals: asked for, answered in a later request, bound to who was asked, used once."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

from mcptui.gateway.fronts.openai import approvals
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.errors import LlmError
from mcptui.llm.tools import Approved
from mcptui.stores.approvals import LocalApprovals
from tests.support.event_order import check_order
from tests.support.gateway import key
from tests.support.provider import Says
from tests.support.rig import Rig

ME, OTHER = KeyPrincipal("me"), KeyPrincipal("other")
ADD = ("one__add", '{"a": 1, "b": 2}')
both = pytest.mark.parametrize("model", ["chat", "resp"])


def tool(rig: Rig, **more: Any) -> Any:
    """All servers; nothing said about approvals."""
    return {"type": "mcp", "server_label": "gw", "server_url": f"{rig.gateway.url}/mcp", **more}


def kinds(output: Any) -> list[str]:
    return [item.type for item in output if item.type != "reasoning"]


def answer(asked: Any, approve: bool, **more: Any) -> Any:
    return {"type": "mcp_approval_response", "approval_request_id": asked.id, "approve": approve, **more}


async def asked_for(rig: Rig, model: str, *calls: tuple[str, str], name: str = "all", **more: Any) -> tuple[Any, Any]:
    """A response that ends with a question, and the question."""
    rig.provider.asked.clear()
    rig.provider.rounds = [Says(calls=calls or (ADD,)), Says("It is 3.")]
    response = await rig.client(name).responses.create(model=model, input="hi", tools=[tool(rig)], **more)
    assert response.status == "completed"
    assert response.output[-1].type == "mcp_approval_request"
    return response, response.output[-1]


@both
@pytest.mark.parametrize("kept", [True, False])
async def test_always_is_the_default_and_the_answer_goes_on(rig: Rig, model: str, kept: bool) -> None:
    first, asked = await asked_for(rig, model, store=kept)
    assert (asked.name, asked.arguments, asked.server_label) == ("one__add", ADD[1], "gw")
    assert rig.one.messages("tools/call") == []
    more: Any = {"previous_response_id": first.id, "input": [answer(asked, True)]}
    if not kept:
        earlier = [item.model_dump(exclude_none=True) for item in first.output]
        more = {"input": [{"role": "user", "content": "hi"}, *earlier, answer(asked, True)], "store": False}
    second = await rig.client().responses.create(model=model, tools=[tool(rig)], **more)
    assert kinds(second.output) == ["mcp_call", "message"]
    call = second.output[0]
    assert (call.approval_request_id, call.output) == (asked.id, "3")
    body = rig.provider.asked[1].body
    told = json.dumps(body)
    assert told.count('"one__add"') == 2  # offered, and called
    assert "mcp_" not in json.dumps(body.get("input") or body["messages"])


@both
async def test_a_rejection_is_told_to_the_model(rig: Rig, model: str) -> None:
    first, asked = await asked_for(rig, model)
    second = await rig.client().responses.create(
        model=model,
        previous_response_id=first.id,
        input=[answer(asked, False, reason="too dear"), {"role": "user", "content": "sorry"}],
        tools=[tool(rig)],
    )
    assert kinds(second.output) == ["message"]
    assert rig.one.messages("tools/call") == []
    assert "Error: the user rejected this call: too dear" in json.dumps(rig.provider.asked[1].body)


@both
async def test_a_question_that_stays_open_does_no_harm(rig: Rig, model: str) -> None:
    first, _ = await asked_for(rig, model)
    second = await rig.client().responses.create(
        model=model, previous_response_id=first.id, input="never mind", tools=[tool(rig)]
    )
    assert second.output_text == "It is 3."
    sent = rig.provider.asked[1].body.get("input") or rig.provider.asked[1].body["messages"]
    assert [item.get("role") for item in sent] == ["user", "user"]


@both
async def test_some_calls_need_an_approval_and_some_do_not(rig: Rig, model: str) -> None:
    approval = {"never": {"tool_names": ["other", "add"]}, "always": {"read_only": True}}
    rig.provider.rounds = [Says(calls=(ADD, ("two__other", "{}"), ("one__boom", "{}"))), Says("done")]
    entry = tool(rig, require_approval=approval)
    client = rig.client()
    first = await client.responses.create(model=model, input="hi", tools=[entry])
    assert sorted(kinds(first.output)[1:]) == ["mcp_approval_request", "mcp_approval_request", "mcp_call"]
    questions = [item for item in first.output if item.type == "mcp_approval_request"]
    assert [item.name for item in questions] == ["one__add", "one__boom"]
    second = await client.responses.create(
        model=model,
        previous_response_id=first.id,
        input=[answer(questions[0], True), answer(questions[1], False)],
        tools=[entry],
    )
    assert kinds(second.output) == ["mcp_call", "message"]
    assert [message["params"]["name"] for message in rig.one.messages("tools/call")] == ["add"]
    third = await client.responses.create(model=model, previous_response_id=second.id, input="more", tools=[entry])
    assert kinds(third.output) == ["message"]


@both
async def test_events_of_an_approval(rig: Rig, model: str) -> None:
    first, asked = await asked_for(rig, model)
    for more, expected in (
        ({"input": "hi"}, ["mcp_list_tools", "mcp_approval_request"]),
        ({"previous_response_id": first.id, "input": [answer(asked, True)]}, ["mcp_call", "message"]),
    ):
        rig.provider.asked.clear()
        rig.provider.rounds = [Says(calls=(ADD,))] if "previous_response_id" not in more else [Says("3")]
        stream = await rig.client().responses.create(model=model, tools=[tool(rig)], stream=True, **more)
        events = [event.model_dump(exclude_unset=True) async for event in stream]
        response = check_order(events)
        assert [item["type"] for item in response["output"] if item["type"] != "reasoning"] == expected


@both
async def test_an_approval_is_used_once(rig: Rig, model: str) -> None:
    first, asked = await asked_for(rig, model)
    request: Any = {"model": model, "input": [answer(asked, True)], "tools": [tool(rig)]}
    await rig.client().responses.create(previous_response_id=first.id, **request)
    with pytest.raises(openai.BadRequestError, match="has been answered before"):
        await rig.client().responses.create(previous_response_id=first.id, **request)
    assert len(rig.one.messages("tools/call")) == 1
    with pytest.raises(openai.BadRequestError, match="no open approval request"):
        await rig.client().responses.create(**request)


@both
async def test_an_approval_belongs_to_who_was_asked(rig: Rig, model: str) -> None:
    first, asked = await asked_for(rig, model)
    rig.change(keys={**rig.state.keys, "other": key("other", servers=("*",))})
    request: Any = {"model": model, "tools": [tool(rig)]}
    with pytest.raises(openai.BadRequestError, match=r"no open approval request|Previous response"):
        await rig.client("other").responses.create(
            previous_response_id=first.id, input=[answer(asked, True)], **request
        )
    items = [asked.model_dump(exclude_none=True), answer(asked, True)]
    with pytest.raises(openai.BadRequestError, match="no open approval request"):
        await rig.client("other").responses.create(input=items, **request)
    edited = [{**items[0], "arguments": '{"a": 999, "b": 2}'}, items[1]]
    with pytest.raises(openai.BadRequestError, match="had other arguments"):
        await rig.client().responses.create(input=edited, **request)
    assert rig.one.messages("tools/call") == []


@both
async def test_an_approved_tool_that_is_not_available_any_more(rig: Rig, model: str) -> None:
    first, asked = await asked_for(rig, model)
    with pytest.raises(openai.BadRequestError, match="one__add of gw is not available any more"):
        await rig.client().responses.create(
            model=model,
            previous_response_id=first.id,
            input=[answer(asked, True)],
            tools=[tool(rig, allowed_tools=["other"])],
        )
    assert rig.one.messages("tools/call") == []


def agreed(id_: str, arguments: str = "{}") -> list[Approved]:
    return [Approved(id_, "gw", "t", {"arguments": arguments})]


async def test_a_question_is_answered_once_by_whom_it_was_put_to() -> None:
    store = LocalApprovals()
    await approvals.asked(store, "a", ME, "{}")
    with pytest.raises(LlmError, match="no open approval request"):
        await approvals.use(store, agreed("a"), OTHER)
    with pytest.raises(LlmError, match="other arguments"):
        await approvals.use(store, agreed("a", "[]"), ME)
    await approvals.use(store, agreed("a"), ME)
    with pytest.raises(LlmError, match="answered before"):
        await approvals.use(store, agreed("a"), ME)
    await approvals.use(store, agreed("kept by the client"), ME)
    with pytest.raises(LlmError, match="answered before"):
        await approvals.use(store, agreed("kept by the client"), ME)
