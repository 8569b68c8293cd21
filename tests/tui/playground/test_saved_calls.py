"""Calls of the Test mode as calls of a collection."""

from __future__ import annotations

import pytest

from mcptui.model.runtime import JsonObject
from mcptui.services.collections.values import Expectation, SavedCall
from mcptui.tui.playground.items import Item
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.playground.saved_calls import saved_call

TOOL = Item("tools", "s__add")
REQUEST = TOOL.request({"a": 1})


def test_a_call_without_a_result_is_expected_to_succeed() -> None:
    expected = SavedCall(name="adds", kind="tool", target="s__add", arguments={"a": 1}, key="ci")
    assert saved_call(TOOL, REQUEST, "adds", "ci", None) == expected
    resource = Item("resources", "note://{id}")
    saved = saved_call(resource, resource.request({"id": "7"}), "reads", None, None)
    assert (saved.kind, saved.target, saved.arguments) == ("resource", "note://7", {})


@pytest.mark.parametrize(
    ("body", "expect"),
    [
        ({"content": [{"type": "text", "text": "3"}]}, Expectation(text=("3",))),
        ({"content": [{"type": "text", "text": "x" * 501}]}, Expectation()),
        ({"content": []}, Expectation()),
        ({"structuredContent": {"a b": 1, "list": [1]}}, Expectation(json={'$["a b"]': 1})),
        (
            {"isError": True, "content": [{"type": "text", "text": "no"}]},
            Expectation(outcome="tool_error", text=("no",)),
        ),
    ],
)
def test_the_result_is_the_expectation(body: JsonObject, expect: Expectation) -> None:
    shown = Outcome.of_result(Facts(REQUEST, None, 1.0), body)
    assert saved_call(TOOL, REQUEST, "n", None, shown).expect == expect


def test_errors_are_expectations_and_lost_calls_are_none() -> None:
    facts = Facts(REQUEST, None, 1.0)
    refused = Outcome.of_error(facts, {"code": -32602, "message": "unknown tool"})
    assert saved_call(TOOL, REQUEST, "n", None, refused).expect == Expectation(outcome="error", text=("unknown tool",))
    assert saved_call(TOOL, REQUEST, "n", None, Outcome.cancelled(facts)).expect == Expectation()
