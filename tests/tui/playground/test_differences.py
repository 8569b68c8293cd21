"""How two results differ."""

from __future__ import annotations

from typing import Any

from mcptui.tui.playground.differences import MAX_LINES, difference
from mcptui.tui.playground.items import Request
from mcptui.tui.playground.outcome import Facts, Outcome

FACTS = Facts(Request("tools/call", {"name": "t"}), None, 10.0)


def result(value: Any) -> Outcome:
    return Outcome.of_result(FACTS, {"content": [], "structuredContent": value})


def test_equal_results_are_said_to_be_so() -> None:
    assert difference(result({"a": 1}), result({"a": 1})) == "Both results are the same."


def test_changed_lines_stand_with_their_sign() -> None:
    lines = difference(result({"a": 1, "b": 2}), result({"a": 1, "b": 3})).splitlines()
    assert lines[0].startswith("--- before: ")
    assert lines[1].startswith("+++ after: ")
    assert [line.strip("-+ ") for line in lines[2:] if line.startswith("-")] == ['"b": 2']
    assert [line.strip("-+ ") for line in lines[2:] if line.startswith("+")] == ['"b": 3']


def test_a_failure_with_the_same_body_is_another_result() -> None:
    body = {"content": [], "isError": True}
    assert difference(Outcome.of_result(FACTS, {"content": []}), Outcome.of_result(FACTS, body)) != ""


def test_only_the_beginning_of_a_huge_result_is_compared() -> None:
    same = list(range(MAX_LINES))
    assert (
        difference(result([*same, 1]), result([*same, 2])) == "Both results are the same as far as they were compared."
    )
