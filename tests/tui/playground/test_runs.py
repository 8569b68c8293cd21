from __future__ import annotations

import pytest

from mcptui.tui.playground import runs as module
from mcptui.tui.playground.differences import difference
from mcptui.tui.playground.items import Request
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.playground.runs import Runs
from mcptui.tui.text.json_text import joined

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


def result(body: object, **facts: object) -> Outcome:
    values = {"content": [], "structuredContent": body} if body is not None else {"content": []}
    return Outcome.of_result(Facts(Request("tools/call", {"name": "t"}), None, 1.0, **facts), values)  # type: ignore[arg-type]


def test_runs_of_an_item_newest_first() -> None:
    runs = Runs()
    first, other, second = result({"n": 1}), result({}), result({"n": 2})
    runs.add("a", 1.0, first)
    runs.add("b", 2.0, other)
    runs.add("a", 3.0, second)
    assert [run.outcome for run in runs.of("a")] == [second, first]
    before = runs.before("a", second)
    assert before is not None
    assert before.outcome is first
    assert runs.before("a", first) is None
    assert runs.before("a", other) is None


def test_large_results_push_out_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SIZE_KEPT", 1000)
    runs = Runs()
    for text in ("x" * 600, "y" * 600, "z" * 5000):
        runs.add("a", 0.0, result({"text": text}))
    assert len(runs.of("a")) == 1


def test_the_difference_of_two_results() -> None:
    text = difference(result({"n": 1}), result({"n": 2}))
    assert '-    "n": 1' in text
    assert '+    "n": 2' in text
    assert difference(result({"n": 1}), result({"n": 1})) == "Both results are the same."


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"n": 1}, ()),
        ({"n": "x"}, ("n: must be an integer",)),
        ({}, ("n: required",)),
        (None, ("structured content is missing",)),
    ],
)
def test_results_are_compared_with_their_output_schema(body: object, problems: tuple[str, ...]) -> None:
    outcome = result(body, output_schema=SCHEMA)
    assert outcome.schema_problems == problems
    assert ("violates the output schema" in outcome.headline[0]) is bool(problems)
    assert ("valid" in joined(outcome.passages("timing"))[0]) is not bool(problems)


def test_errors_need_no_schema() -> None:
    failed = Outcome.of_result(Facts(Request("tools/call", {}), None, 1.0, (), SCHEMA), {"isError": True})
    assert failed.schema_problems == ()
