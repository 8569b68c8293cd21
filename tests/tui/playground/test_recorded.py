"""Calls of earlier runs of the app, and of other clients."""

from __future__ import annotations

from dataclasses import replace

from mcptui.tui.playground.items import Request
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.playground.recorded import recorded_runs
from mcptui.tui.playground.runs import Run
from tests.support.playground import ANSWER, CUT, FORGOTTEN, MASKED, RECORD, TOOL


def test_records_become_runs() -> None:
    run, masked, cut, forgotten = recorded_runs(TOOL, [RECORD, MASKED, CUT, FORGOTTEN], [])
    assert (run.outcome.kind, run.outcome.body, run.is_repeatable, run.is_whole) == ("ok", ANSWER, True, True)
    assert run.outcome.facts.request == Request(
        "tools/call", {"name": "files__read_text_file", "arguments": {"path": "/then"}}
    )
    assert (run.outcome.facts.key, masked.outcome.facts.key) == ("ci", None)
    assert (masked.is_repeatable, masked.is_whole) == (False, True)
    assert (cut.outcome.kind, cut.is_repeatable, cut.is_whole) == ("tool_error", True, False)
    assert (forgotten.outcome.kind, forgotten.outcome.pretty) == ("server_gone", "no answer")
    assert recorded_runs(TOOL, [replace(RECORD, params=None)], []) == []


def test_what_this_run_of_the_app_knows_is_not_shown_twice() -> None:
    outcome = Outcome.of_result(Facts(TOOL.request({"path": "/then"}), None, 10.0), ANSWER)
    known = Run(1, TOOL.key, RECORD.at + 1, outcome)
    assert recorded_runs(TOOL, [RECORD], [known]) == []
    assert recorded_runs(TOOL, [replace(RECORD, at=RECORD.at - 60)], [known]) != []
