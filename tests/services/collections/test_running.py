from __future__ import annotations

from typing import Any

import pytest

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model.runtime import CallEvent, Listed
from mcptui.services.collections.running import Running, problems_of
from mcptui.services.collections.values import CallReport, Collection, Expectation, SavedCall
from tests.support.clock import Moment
from tests.support.fake_gateway import FakeGateway

TOOLS = [{"name": "t", "outputSchema": {"type": "object", "properties": {"n": {"type": "integer"}}}}]


def result(**value: Any) -> CallEvent:
    return CallEvent(type="result", value=value)


def text(said: str, **more: Any) -> CallEvent:
    return result(content=[{"type": "text", "text": said}], **more)


def call(name: str, target: str = "t", **more: Any) -> SavedCall:
    return SavedCall(**{"name": name, "kind": "tool", "target": target, **more})


async def run(gateway: FakeGateway, *calls: SavedCall, key: str | None = None, **variables: Any) -> list[CallReport]:
    collection = Collection(name="c", key="ci", variables={"a": 1}, calls=calls)
    return [report async for report in Running(gateway, collection, variables, key=key, clock=Moment()).reports()]


async def test_calls_are_made_with_variables_as_their_keys() -> None:
    gateway = FakeGateway(
        events={
            "t": [text('{"id": 7}')],
            "prompts/get": [result(messages=[{"content": {"type": "text", "text": "hi"}}])],
            "resources/read": [result(contents=[{"text": "body"}])],
        }
    )
    calls = (
        call("first", arguments={"a": "{{a}}"}, save={"id": "$.id"}),
        call("second", arguments={"id": "{{id}}"}, key="other"),
        call("prompt", "p", kind="prompt", expect=Expectation(text=("hi",))),
        call("resource", "note://{{id}}", kind="resource", expect=Expectation(matches="^body$")),
    )
    reports = await run(gateway, *calls)
    assert [report.problems for report in reports] == [(), (), (), ()]
    assert [(asked[1:]) for asked in gateway.asked if asked[0] == "call"] == [
        ("tools/call", {"name": "t", "arguments": {"a": 1}}, "ci"),
        ("tools/call", {"name": "t", "arguments": {"id": 7}}, "other"),
        ("prompts/get", {"name": "p", "arguments": {}}, "ci"),
        ("resources/read", {"uri": "note://7"}, "ci"),
    ]
    gateway.asked.clear()
    assert [report.key for report in await run(gateway, *calls[:2], key="mine", a=2)] == ["mine", "mine"]
    assert gateway.asked[0][2]["arguments"] == {"a": 2}


@pytest.mark.parametrize(
    ("event", "expect", "problem"),
    [
        (text("a"), Expectation(outcome="tool_error"), "outcome: expected tool_error, got ok: a"),
        (text("a", isError=True), Expectation(), "outcome: expected ok, got tool_error: a"),
        (CallEvent(type="error", value={"message": "no"}), Expectation(), "outcome: expected ok, got error: no"),
        (text("a"), Expectation(text=("a", "b")), "text: 'b' is not in 'a'"),
        (text("a"), Expectation(matches="b"), "matches: b is not found in 'a'"),
        (text('{"n": 1}'), Expectation(json={"$.n": 2}), "json: $.n is 1, expected 2"),
        (text('{"n": 1}'), Expectation(json={"$.m": 2}), "json: no value at $.m"),
        (result(structuredContent={"n": "x"}), Expectation(), "output schema: n: must be an integer"),
        (result(content=[]), Expectation(), "output schema: structured content is missing"),
        (CallEvent(type="progress", value={}), Expectation(), "the gateway closed the call without a result"),
        (McptuiError("broken"), Expectation(), "broken"),
    ],
)
async def test_what_is_not_as_expected(event: CallEvent | McptuiError, expect: Expectation, problem: str) -> None:
    schema = Listed(tools=TOOLS if "output schema" in problem else [])
    gateway = FakeGateway(events={"t": [event]}, by_key={"ci": schema})
    (report,) = await run(gateway, call("a", expect=expect))
    assert report.problems == (problem,)


async def test_the_output_schema_is_left_alone_where_that_is_wanted() -> None:
    gateway = FakeGateway(events={"t": [result(structuredContent={"n": "x"})]}, by_key={"ci": Listed(tools=TOOLS)})
    (report,) = await run(gateway, call("a", expect=Expectation(schema=False, json={"$.n": "x"})))
    assert report.passed


async def test_a_value_that_cannot_be_saved_and_a_variable_that_is_not_set() -> None:
    gateway = FakeGateway(events={"t": [text("a")]}, by_key={"ci": Listed()})
    reports = await run(gateway, call("a", save={"id": "$.id"}), call("b", arguments={"x": "{{id}}"}))
    assert [report.problems for report in reports] == [("save id: no value at $.id",), ("the variable id is not set",)]


async def test_without_a_gateway_nothing_is_reported() -> None:
    with pytest.raises(UnreachableError):
        await run(FakeGateway(events={"t": [UnreachableError("down")]}), call("a"))


def test_a_call_that_took_too_long() -> None:
    assert problems_of(Expectation(max_ms=5), "ok", {}, 6.0) == ["max_ms: took 6 ms, expected at most 5 ms"]
