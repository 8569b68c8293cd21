"""Calls of earlier runs of the app, and of other clients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mcptui.model.runtime import CallEvent, CallRecord
from mcptui.tui.playground.items import Item, Request
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.playground.recorded import recorded_runs
from mcptui.tui.playground.runs import Run
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import TextDialog
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway, fake_of
from tests.support.screens import text_grid

TOOL = Item("tools", "files__read_text_file", server="files", name_there="read_text_file")
ANSWER = {"content": [{"type": "text", "text": "then"}]}
RECORD = CallRecord(
    id=1,
    at=data.NOW.timestamp() - 86_400,
    key="ci",
    method="tools/call",
    server="files",
    name="read_text_file",
    tool="read_text_file",
    ms=12.0,
    client="cursor",
    params={"name": "read_text_file", "arguments": {"path": "/then"}},
    result=ANSWER,
)
MASKED = replace(RECORD, id=2, key="(owner)", client="mcptui", params={**RECORD.params, "arguments": {"token": "••••"}})
CUT = replace(RECORD, id=3, outcome="tool_error", result={"cut": True, "bytes": 9, "beginning": '{"conte'})
FORGOTTEN = replace(RECORD, id=4, outcome="unreachable", result=None, error="no answer")


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


def with_history(make_app: MakeApp, *records: CallRecord) -> McptuiApp:
    result = CallEvent(type="result", value={"content": [{"type": "text", "text": "now"}]})
    app = make_app(gateway=demo_gateway(events={"tools/call": [result]}))
    fake_of(app).record(records)
    return app


async def test_calls_of_earlier_runs_are_listed_filled_in_and_compared(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    other = replace(RECORD, id=9, tool="other", name="other")
    app = with_history(make_app, RECORD, MASKED, CUT, other)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        screen = app.screen
        assert isinstance(screen, PlaygroundScreen)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "enter", *"/now", "f5", "escape", "H")
        check_screen(app)
        await press(pilot, "G", "D")
        assert isinstance(app.screen, TextDialog)
        assert "then" in text_grid(app)
        assert "now" in text_grid(app)
        await press(pilot, "escape", "H", "G", "enter")
        assert screen.arguments.peek().value == {"path": "/then"}
        assert "then" in text_grid(app)


async def test_what_was_masked_or_cut_is_neither_filled_in_nor_compared(make_app: MakeApp) -> None:
    app = with_history(make_app, MASKED)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        screen = app.screen
        assert isinstance(screen, PlaygroundScreen)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "ctrl+up")
        assert "not run before" in text_grid(app)
        await press(pilot, "H", "enter")
        assert "they are not filled in" in text_grid(app)
        assert screen.arguments.peek().value == {}
        assert screen.outcome is not None


async def test_recall_begins_with_earlier_runs_of_the_app(make_app: MakeApp) -> None:
    app = with_history(make_app, RECORD, replace(CUT, params={**RECORD.params, "arguments": {"path": "/later"}}))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        screen = app.screen
        assert isinstance(screen, PlaygroundScreen)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        await press(pilot, "ctrl+up")
        assert screen.arguments.peek().value == {"path": "/later"}
        await press(pilot, "ctrl+up")
        assert screen.arguments.peek().value == {"path": "/then"}


async def test_f9_shows_what_crossed_the_gateway(make_app: MakeApp) -> None:
    result = CallEvent(type="result", value=ANSWER)
    now = replace(RECORD, id=7, at=data.NOW.timestamp(), key="(owner)", params={"arguments": {"path": "/now"}})
    other = replace(now, id=8, params={"arguments": {"path": "/other"}}, result={"content": []})
    app = make_app(gateway=demo_gateway(events={"tools/call": [result]}, records=[RECORD, now, other]))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        screen = app.screen
        assert isinstance(screen, PlaygroundScreen)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "enter", *"/now", "f5", "escape", "f9")
        assert isinstance(app.screen, TextDialog)
        grid = text_grid(app)
        assert "tools/call read_text_file" in grid
        assert '"path": "/now"' in grid
        assert "then" in grid


async def test_f9_on_a_call_of_an_earlier_run_and_on_one_that_was_not_recorded(make_app: MakeApp) -> None:
    app = with_history(make_app, RECORD)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        screen = app.screen
        assert isinstance(screen, PlaygroundScreen)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "H", "enter", "f9")
        assert '"path": "/then"' in text_grid(app)
        await press(pilot, "escape", "f5", "escape", "f9")
        assert "This call was not recorded" in text_grid(app)
