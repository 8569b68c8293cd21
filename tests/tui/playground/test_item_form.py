"""The form of the Test mode: calls, questions about them, arguments that come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mcptui.model.runtime import CallEvent, Listed
from mcptui.tui.ask.dialogs import FormDialog
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.widgets.dialogs import ConfirmDialog
from tests.support.pilot import press, settle
from tests.support.playground import TEXT_RESULT, answering, calls, open_test, showing, slow
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_what_is_missing_is_said_and_nothing_is_sent(make_app: MakeApp) -> None:
    gateway = answering(TEXT_RESULT)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot, "f5")
        assert "not sent: repoName: required" in text_grid(app)
        assert calls(gateway) == []
        await press(pilot, "ctrl+t", "f5")
        assert len(calls(gateway)) == 1


async def test_a_running_call_shows_progress_and_can_be_cancelled(make_app: MakeApp) -> None:
    gateway = slow(
        CallEvent(type="progress", value={"progress": 1, "total": 4, "message": "reading"}),
        CallEvent(type="log", value={"level": "info", "data": "a log line"}),
    )
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "x")
        await pilot.press("f5")
        await pilot.pause()
        assert screen.is_calling
        grid = text_grid(app)
        assert "██░░" in grid
        assert "1/4  reading" in grid
        assert "esc cancels" in grid
        await pilot.press("f5")
        await pilot.pause()
        assert len(calls(gateway)) == 1
        await press(pilot, "escape")
        assert screen.outcome is not None
        assert screen.outcome.kind == "cancelled"
        assert gateway.cancelled
        screen.result.tabs.current = "log"
        await settle(pilot)
        assert "info: a log line" in text_grid(app)


async def test_a_question_of_the_server_is_answered(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    schema = {"type": "object", "properties": {"repo": {"type": "string"}}, "required": ["repo"]}
    question = {"id": "7", "method": "elicitation/create", "params": {"message": "Which?", "requestedSchema": schema}}
    gateway = slow(CallEvent(type="ask", value=question))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "enter", "x")
        await pilot.press("f5")
        await pilot.pause()
        assert showing(app, FormDialog)
        check_screen(app)
        await press(pilot, "a", "b", "ctrl+s")
        await settle(pilot)
        assert ("answer", "7", {"action": "accept", "content": {"repo": "ab"}}, None) in gateway.asked
        assert screen.outcome is not None
        assert screen.outcome.kind == "ok"


async def test_a_question_goes_away_with_its_call(make_app: MakeApp) -> None:
    gateway = slow(CallEvent(type="ask", value={"id": "7", "method": "roots/list"}))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "enter", "x")
        await pilot.press("f5")
        await pilot.pause()
        assert not showing(app, PlaygroundScreen)
        screen.action_cancel()
        await settle(pilot)
        assert showing(app, PlaygroundScreen)
        assert [asked for asked in gateway.asked if asked[0] == "answer"] == []


async def test_unknown_questions_are_refused_at_once(make_app: MakeApp) -> None:
    gateway = slow(CallEvent(type="ask", value={"id": "7", "method": "odd"}))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_test(pilot, "enter", "x", "f5")
        assert [asked[3]["code"] for asked in gateway.asked if asked[0] == "answer"] == [-32601]


async def test_destructive_tools_ask_first(make_app: MakeApp) -> None:
    wipe = {"name": "demo__wipe", "inputSchema": {"type": "object"}, "annotations": {"destructiveHint": True}}
    gateway = answering(TEXT_RESULT, by_key={None: Listed(tools=[wipe], owners={"demo__wipe": ("demo", "wipe")})})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "f5")
        assert showing(app, ConfirmDialog)
        await press(pilot, "enter")
        assert calls(gateway) == []
        assert not screen.is_calling
        await press(pilot, "f5", "left", "enter")
        assert len(calls(gateway)) == 1


async def test_servers_in_production_ask_before_anything_that_may_change_them(make_app: MakeApp) -> None:
    tool = {"name": "deepwiki__edit", "inputSchema": {"type": "object"}}
    gateway = answering(
        TEXT_RESULT, by_key={None: Listed(tools=[tool], owners={"deepwiki__edit": ("deepwiki", "edit")})}
    )
    production = replace(data.STATE.servers["deepwiki"], environment="prod")
    app = make_app(replace(data.STATE, servers={**data.STATE.servers, "deepwiki": production}), gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_test(pilot, "f5")
        assert showing(app, ConfirmDialog)
        assert "deepwiki is a production server." in text_grid(app)
        await press(pilot, "left", "enter")
        assert len(calls(gateway)) == 1


async def test_arguments_come_back(make_app: MakeApp) -> None:
    gateway = answering(TEXT_RESULT)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "a", "f5", "b", "f5", "c")
        assert screen.form.arguments.read().value == {"repoName": "abc"}
        await press(pilot, "ctrl+up")
        assert screen.form.arguments.read().value == {"repoName": "ab"}
        await press(pilot, "ctrl+up")
        assert screen.form.arguments.read().value == {"repoName": "a"}
        await press(pilot, "escape")
        assert screen.table.table.has_focus
        await press(pilot, "j", "ctrl+up")
        assert "no previous arguments" in text_grid(app)
        await press(pilot, "k")
        assert screen.form.arguments.read().value == {"repoName": "a"}
