"""Runs of this app and of the history: shown again, compared, looked into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mcptui.model.runtime import CallEvent, CallRecord
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import TextDialog
from tests.support.pilot import press, settle
from tests.support.playground import ANSWER, CUT, MASKED, RECORD, TEXT_RESULT, TOOL, answering, open_test, showing
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway, fake_of
from tests.support.screens import text_grid


async def with_history(make_app: MakeApp, *records: CallRecord) -> McptuiApp:
    result = CallEvent(type="result", value={"content": [{"type": "text", "text": "now"}]})
    app = make_app(gateway=demo_gateway(events={"tools/call": [result]}))
    await fake_of(app).record(records)
    return app


async def test_calls_of_earlier_runs_are_listed_filled_in_and_compared(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    other = replace(RECORD, id=9, tool="other", name="other")
    app = await with_history(make_app, RECORD, MASKED, CUT, other)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot)
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
        assert screen.form.arguments.peek().value == {"path": "/then"}
        assert "then" in text_grid(app)


async def test_what_was_masked_or_cut_is_neither_filled_in_nor_compared(make_app: MakeApp) -> None:
    app = await with_history(make_app, MASKED)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_test(pilot)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "ctrl+up")
        assert "no previous arguments" in text_grid(app)
        await press(pilot, "H", "enter")
        assert "redacted or truncated" in text_grid(app)
        assert screen.form.arguments.peek().value == {}
        assert screen.outcome is not None


async def test_recall_begins_with_earlier_runs_of_the_app(make_app: MakeApp) -> None:
    app = await with_history(make_app, RECORD, replace(CUT, params={**RECORD.params, "arguments": {"path": "/later"}}))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        await press(pilot, "ctrl+up")
        assert screen.form.arguments.peek().value == {"path": "/later"}
        await press(pilot, "ctrl+up")
        assert screen.form.arguments.peek().value == {"path": "/then"}


async def test_the_recorded_call_shows_what_crossed_the_gateway(make_app: MakeApp) -> None:
    result = CallEvent(type="result", value=ANSWER)
    now = replace(RECORD, id=7, at=data.NOW.timestamp(), key="(owner)", params={"arguments": {"path": "/now"}})
    other = replace(now, id=8, params={"arguments": {"path": "/other"}}, result={"content": []})
    app = make_app(gateway=demo_gateway(events={"tools/call": [result]}, records=[RECORD, now, other]))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "enter", *"/now", "f5", "escape", "C")
        assert isinstance(app.screen, TextDialog)
        grid = text_grid(app)
        assert "tools/call read_text_file" in grid
        assert '"path": "/now"' in grid
        assert "then" in grid


async def test_the_record_of_a_call_of_an_earlier_run_and_on_one_that_was_not_recorded(make_app: MakeApp) -> None:
    app = await with_history(make_app, RECORD)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_test(pilot)
        screen.open_item("tools", TOOL.name)
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "H", "enter", "alt+c")
        assert '"path": "/then"' in text_grid(app)
        await press(pilot, "escape", "f5", "escape", "C")
        assert "No record of this call" in text_grid(app)


async def test_earlier_runs_come_back_and_are_compared(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "a", "f5", "b", "f5")
        latest = screen.outcome
        await press(pilot, "escape", "D")
        assert showing(app, TextDialog)
        assert "Both results are the same." in text_grid(app)
        await press(pilot, "escape", "H", "j", "D")
        assert showing(app, TextDialog)
        await press(pilot, "escape", "H", "j", "enter")
        assert screen.form.arguments.read().value == {"repoName": "a"}
        assert screen.outcome is not latest
