"""The calls of a run, one by one: what a person is asked, what is made, what the model is told."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.llm.calls import Calls
from mcptui.llm.functions import Functions
from mcptui.llm.output import Output
from mcptui.llm.response import new_response
from mcptui.llm.tools import Approval, Approved, ToolCall, ToolSource, Verdict
from mcptui.protocol.errors import INTERNAL_ERROR, INVALID_PARAMS, RpcError


class Source:
    """The tools a and b; what they are called with is kept."""

    label = "gw"
    tools = ({"name": "a"}, {"name": "b"})

    def __init__(self) -> None:
        self.wants: Approval = "never"
        self.verdict = Verdict(approved=True)
        self.result: dict[str, Any] | RpcError = {"content": [{"type": "text", "text": "well"}]}
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.at_once = 0
        self.most_at_once = 0

    def approval(self, name: str) -> Approval:
        return self.wants

    async def approve(self, call: ToolCall) -> Verdict:
        return self.verdict

    async def call(self, call: ToolCall) -> dict[str, Any]:
        self.called.append((call.name, call.arguments))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if isinstance(self.result, RpcError):
            raise self.result
        return self.result


class Made:
    """The calls of one run with everything around them."""

    def __init__(self, *, one_by_one: bool = False, all_known: bool = True) -> None:
        self.source = Source()
        self.output = Output(new_response({"model": "m"}))
        functions: Functions[ToolSource] = Functions([self.source], {"mine"})
        self.calls = Calls(functions, self.output, one_by_one=one_by_one, all_known=all_known)

    async def make(self, *calls: dict[str, Any]) -> list[dict[str, Any]]:
        """Let the model make these calls, and make them; what it is told."""
        begun = [await self.calls.begin({**item, "arguments": ""}) for item in calls]
        for call, item in zip(begun, calls, strict=True):
            await self.calls.go_on("response.output_item.done", {"item": item}, call)
        self.calls.remember(begun)
        await self.calls.make([call for call in begun if not call.is_held])
        return self.calls.outputs()

    def told(self) -> list[dict[str, Any]]:
        events = []
        while not self.output.events.empty():
            event = self.output.events.get_nowait()
            assert event is not None
            events.append(event)
        return events

    def kinds(self) -> list[str]:
        return [event["type"].removeprefix("response.") for event in self.told()]


@pytest.fixture
def made() -> Made:
    return Made()


def call(name: str = "a", arguments: str = "{}", call_id: str = "c1") -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments}


BEGUN = ["output_item.added", "mcp_call.in_progress"]


async def test_a_call_from_its_beginning_to_its_end(made: Made) -> None:
    assert await made.make(call(arguments='{"x": 1}')) == [
        {"type": "function_call_output", "call_id": "c1", "output": "well"}
    ]
    assert made.source.called == [("a", {"x": 1})]
    events = made.told()
    assert [event["type"].removeprefix("response.") for event in events] == [
        *BEGUN, "mcp_call_arguments.done", "mcp_call.completed", "output_item.done",
    ]  # fmt: skip
    item = events[-1]["item"]
    assert (item["status"], item["arguments"], item["output"], item["error"]) == ("completed", '{"x": 1}', "well", None)
    assert made.calls.outputs() == [], "once"


@pytest.mark.parametrize(
    ("item", "is_ours"),
    [
        (call("a"), True),
        (call("c"), True),  # nobody's: the model is told
        (call(""), True),
        (call("mine"), False),
        ({"type": "message"}, False),
        ({"type": "custom_tool_call", "name": "a"}, False),
        ({}, False),
    ],
)
def test_which_calls_are_ours(made: Made, item: dict[str, Any], is_ours: bool) -> None:
    assert made.calls.is_ours(item) is is_ours


def test_where_functions_may_be_defined_elsewhere_an_unknown_one_is_the_clients() -> None:
    made = Made(all_known=False)
    assert made.calls.is_ours(call("a"))
    assert not made.calls.is_ours(call("c"))


async def test_a_tool_that_nobody_has_is_an_error_for_the_model(made: Made) -> None:
    (output,) = await made.make(call("c"))
    assert output["output"] == "Error: there is no tool 'c'; nothing was called. There is: a, b"
    assert not made.source.called


async def test_nobody_is_asked_about_arguments_that_cannot_be_read(made: Made) -> None:
    made.source.wants = "later"
    (output,) = await made.make(call("a", '{"x'))
    assert output["output"] == "Error: the arguments are not a JSON object; nothing was called"
    assert not made.calls.waiting
    assert not made.source.called


@pytest.mark.parametrize("arguments", ["[]", "{", "1", "null", '{"a": NaN}'])
async def test_arguments_that_are_no_object_are_said_and_nothing_is_called(made: Made, arguments: str) -> None:
    (told,) = await made.make(call(arguments=arguments))
    assert told["output"] == "Error: the arguments are not a JSON object; nothing was called"
    assert made.source.called == []
    item = made.told()[-1]["item"]
    assert (item["status"], item["error"]["code"]) == ("failed", INVALID_PARAMS)


@pytest.mark.parametrize("arguments", ["", " ", "{}"])
async def test_a_call_without_arguments(made: Made, arguments: str) -> None:
    await made.make(call(arguments=arguments))
    assert made.source.called == [("a", {})]


@pytest.mark.parametrize(
    ("result", "told", "status"),
    [
        ({"content": [{"type": "text", "text": "no"}], "isError": True}, "Error: no", "failed"),
        (RpcError(INVALID_PARAMS, "no such thing"), "Error: no such thing", "failed"),
        ({"content": []}, "(no output)", "completed"),
    ],
)
async def test_what_the_model_is_told(made: Made, result: dict[str, Any] | RpcError, told: str, status: str) -> None:
    made.source.result = result
    (output,) = await made.make(call())
    assert output["output"] == told
    assert made.told()[-1]["item"]["status"] == status


@pytest.mark.parametrize("with_media", [True, False])
async def test_pictures_go_to_models_that_take_them(made: Made, with_media: bool) -> None:
    image = {"type": "image", "mimeType": "image/png", "data": "aGk="}
    made.source.result = {"content": [{"type": "text", "text": "look"}, image]}
    made.calls.with_media = with_media
    (output,) = await made.make(call())
    if with_media:
        assert [part["type"] for part in output["output"]] == ["input_text", "input_image"]
    else:
        assert output["output"] == "look\n(image image/png)"


@pytest.mark.parametrize(
    ("verdict", "called", "told"),
    [
        (Verdict(approved=True), [("a", {"x": 1})], "well"),
        (Verdict(approved=True, arguments={"x": 2}), [("a", {"x": 2})], "well"),
        (Verdict(approved=True, arguments={}), [("a", {})], "well"),
        (Verdict(approved=False), [], "Error: the user rejected this call"),
        (Verdict(approved=False, reason="too dear"), [], "Error: the user rejected this call: too dear"),
    ],
)
async def test_a_person_who_is_asked_at_once(
    made: Made, verdict: Verdict, called: list[tuple[str, dict[str, Any]]], told: str
) -> None:
    made.source.wants, made.source.verdict = "ask", verdict
    (output,) = await made.make(call(arguments='{"x": 1}'))
    assert output["output"] == told
    assert made.source.called == called


async def test_a_person_who_is_asked_later_ends_the_call_with_a_question(made: Made) -> None:
    made.source.wants = "later"
    begun = await made.calls.begin(call(arguments=""))
    await made.calls.go_on("response.function_call_arguments.delta", {"delta": "{}"}, begun)
    assert made.told() == []
    await made.calls.go_on("response.output_item.done", {"item": call(arguments='{"x": 1}')}, begun)
    events = made.told()
    assert [event["type"] for event in events] == ["response.output_item.added", "response.output_item.done"]
    item = events[-1]["item"]
    assert (item["type"], item["arguments"]) == ("mcp_approval_request", '{"x": 1}')
    assert made.calls.waiting == {item["id"]: call(arguments='{"x": 1}')}
    assert begun.is_held


async def test_what_a_person_agreed_to_earlier_is_not_asked_again(made: Made) -> None:
    made.source.wants, made.source.verdict = "ask", Verdict(approved=False)
    approved = [Approved("mcpr_1", "gw", "b", call("b", '{"y": 1}', "c9"))]
    await made.calls.make(await made.calls.begin_approved(approved))
    assert made.source.called == [("b", {"y": 1})]
    assert [output["call_id"] for output in made.calls.outputs()] == ["c9"]
    assert made.told()[0]["item"]["approval_request_id"] == "mcpr_1"


async def test_arguments_as_they_come(made: Made) -> None:
    begun = await made.calls.begin(call(arguments=""))
    await made.calls.go_on("response.function_call_arguments.delta", {"delta": "{"}, begun)
    await made.calls.go_on("response.function_call_arguments.delta", {"delta": "}"}, begun)
    await made.calls.go_on("response.function_call_arguments.done", {"arguments": "{}"}, begun)
    await made.calls.go_on("response.output_item.done", {"item": call()}, begun)
    assert made.kinds() == [*BEGUN, *["mcp_call_arguments.delta"] * 2, "mcp_call_arguments.done"]


@pytest.mark.parametrize(("one_by_one", "most"), [(True, 1), (False, 16)])
async def test_how_many_overlap(one_by_one: bool, most: int) -> None:
    made = Made(one_by_one=one_by_one)
    outputs = await made.make(*(call(call_id=f"c{number}") for number in range(40)))
    assert made.source.most_at_once == most
    assert made.calls.made == 40
    # In the order in which the model made them, whichever ended first.
    assert [output["call_id"] for output in outputs] == [f"c{number}" for number in range(40)]


async def test_calls_that_are_given_up_have_an_output_too(made: Made) -> None:
    begun = [await made.calls.begin(call(call_id=id_)) for id_ in ("c1", "c2")]
    made.calls.remember(begun)
    await made.calls.give_up("not called: the time is over")
    outputs = made.calls.outputs()
    assert [output["call_id"] for output in outputs] == ["c1", "c2"]
    assert {output["output"] for output in outputs} == {"Error: not called: the time is over"}
    items = [event["item"] for event in made.told() if event["type"] == "response.output_item.done"]
    assert [item["error"]["code"] for item in items] == [INTERNAL_ERROR] * 2
    await made.calls.give_up("again")
    assert made.told() == []
