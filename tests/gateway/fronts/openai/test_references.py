"""Conversations in which the client names the items of earlier turns, as the AI SDK does."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from tests.support.provider import Says
from tests.support.rig import Rig

ADD = ("one__add", '{"a": 1, "b": 2}')
both = pytest.mark.parametrize("model", ["chat", "resp"])
HI = {"role": "user", "content": "hi"}
MORE = {"role": "user", "content": "and?"}


def tool(approval: str = "never") -> dict[str, Any]:
    return {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": approval}


def references(response: Any) -> list[dict[str, str]]:
    return [{"type": "item_reference", "id": item.id} for item in response.output]


def said(body: Any) -> list[tuple[str, str]]:
    """What the provider is sent, in few words."""
    found = []
    for item in body.get("messages") or body["input"]:
        kind = item.get("type") or item.get("role")
        if kind == "function_call":
            found.append(("call", item["call_id"]))
        elif kind in ("function_call_output", "tool"):
            found.append(("output", item.get("call_id") or item["tool_call_id"]))
        elif kind in ("message", "user", "assistant") and item["content"]:
            found.append(("says", item["role"]))
        found += [("call", call["id"]) for call in item.get("tool_calls") or ()]
    return found


def calls_of(rig: Rig) -> int:
    """How many calls reached the server."""
    return sum((seen.message or {}).get("method") == "tools/call" for seen in rig.one.seen)


@both
async def test_a_second_turn(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3."), Says("Yes.")]
    client = rig.client()
    first = await client.responses.create(model=model, input=[HI], tools=[tool()])
    second = await client.responses.create(model=model, input=[HI, *references(first), MORE], tools=[tool()])
    assert second.output_text == "Yes."
    assert [item.type for item in second.output] == ["message"]  # the tools were listed before
    sent = said(rig.provider.asked[2].body)
    assert [kind for kind, _ in sent] == ["says", "call", "output", "says", "says"]
    assert sent[1][1] == sent[2][1]
    assert calls_of(rig) == 1


@both
async def test_an_approval_that_is_named_twice(rig: Rig, model: str) -> None:
    """Once as what was said, once beside its answer; and again in the turn after that."""
    rig.provider.rounds = [Says("Let me see.", calls=(ADD,)), Says("It is 3."), Says("Yes.")]
    client = rig.client()
    first = await client.responses.create(model=model, input=[HI], tools=[tool("always")])
    asked = first.output[-1]
    answer: list[Any] = [
        {"type": "item_reference", "id": asked.id},
        {"type": "mcp_approval_response", "approval_request_id": asked.id, "approve": True},
    ]
    turns = [HI, *references(first), *answer]
    second = await client.responses.create(model=model, input=turns, tools=[tool("always")])
    assert second.output_text == "It is 3."
    assert [item.type for item in second.output] == ["mcp_call", "message"]
    third = await client.responses.create(
        model=model, input=[*turns, *references(second), MORE], tools=[tool("always")]
    )
    assert third.output_text == "Yes."
    assert calls_of(rig) == 1
    kinds = [kind for kind, _ in said(rig.provider.asked[2].body)]
    assert kinds == ["says", "says", "call", "output", "says", "says"]


@both
async def test_a_function_of_the_client(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(("mine", "{}"),)), Says("Done.")]
    mine: Any = {"type": "function", "name": "mine", "parameters": {"type": "object", "properties": {}}}
    client = rig.client()
    first = await client.responses.create(model=model, input=[HI], tools=[tool(), mine])
    (call,) = [item for item in first.output if item.type == "function_call"]
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "yes"}
    named = {"id": call.id}  # the type may be left out
    await client.responses.create(model=model, input=[HI, named, output], tools=[tool(), mine])
    assert said(rig.provider.asked[1].body) == [("says", "user"), ("call", call.call_id), ("output", call.call_id)]


@both
async def test_without_tools_of_the_gateway_they_are_resolved_too(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3."), Says("Yes.")]
    client = rig.client()
    first = await client.responses.create(model=model, input=[HI], tools=[tool()])
    second = await client.responses.create(model=model, input=[HI, *references(first), MORE])
    assert second.output_text == "Yes."
    assert [kind for kind, _ in said(rig.provider.asked[2].body)] == ["says", "call", "output", "says", "says"]


@both
async def test_items_of_another_key_do_not_exist(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says("secret")]
    first = await rig.client().responses.create(model=model, input=[HI], tools=[tool()])
    reference = references(first)[-1]
    asked = len(rig.provider.asked)
    with pytest.raises(openai.BadRequestError, match=f"Item with id '{reference['id']}' not found"):
        await rig.client("only-two").responses.create(model=model, input=[HI, reference], tools=[tool()])
    assert len(rig.provider.asked) == asked


async def test_an_item_that_only_the_provider_may_know(rig: Rig) -> None:
    unknown = {"type": "item_reference", "id": "msg_elsewhere"}
    client = rig.client()
    with pytest.raises(openai.BadRequestError, match="Item with id 'msg_elsewhere' not found"):
        await client.responses.create(model="chat", input=[HI, unknown], tools=[tool()])
    assert not rig.provider.asked
    await client.responses.create(model="resp", input=[HI, unknown], tools=[tool()])
    assert unknown in rig.provider.asked[0].body["input"]


@both
async def test_beside_the_response_that_has_them(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("It is 3."), Says("Yes.")]
    client = rig.client()
    first = await client.responses.create(model=model, input=[HI], tools=[tool()])
    more = [*references(first), MORE]
    await client.responses.create(model=model, previous_response_id=first.id, input=more, tools=[tool()])
    assert [kind for kind, _ in said(rig.provider.asked[2].body)] == ["says", "call", "output", "says", "says"]
