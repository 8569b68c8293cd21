"""Questions of a running call, and what becomes of them when it ends."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from mcptui.model.runtime import JsonObject
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.ask.dialogs import FormDialog
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.widgets.input_dialog import InputDialog
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, fake_of

QUESTION: JsonObject = {"id": "7", "method": "elicitation/create", "params": {"message": "Who?"}}


async def asked(app: McptuiApp, pilot: Pilot[Any], *, question: JsonObject = QUESTION) -> QuestionDesk:
    """A desk whose call has begun and that shows a question."""
    await settle(pilot)
    assert isinstance(app.screen, ModeScreen)
    desk = QuestionDesk(app.screen)
    desk.open()
    app.run_worker(desk.ask("demo", question), group="ask")
    await pilot.pause()
    await pilot.pause()
    return desk


def answers(app: McptuiApp) -> list[tuple[Any, ...]]:
    return [words[1:] for words in fake_of(app).asked if words[0] == "answer"]


async def test_the_answer_goes_to_the_question_that_was_asked(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await asked(app, pilot)
        assert isinstance(app.screen, FormDialog)
        await press(pilot, "escape")
        assert answers(app) == [("7", {"action": "cancel"}, None)]


async def test_a_question_that_nobody_here_knows_is_refused_without_a_dialog(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await asked(app, pilot, question={"id": 1, "method": "odd/method"})
        await settle(pilot)
        ((id_, result, error),) = answers(app)
        assert (id_, result, error["code"]) == (1, None, -32601)


async def test_when_the_call_ends_the_dialog_goes_and_nothing_is_answered(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        desk = await asked(app, pilot)
        desk.close()
        await settle(pilot)
        assert isinstance(app.screen, ModeScreen)
        assert answers(app) == []


async def test_a_call_that_ends_while_the_person_is_elsewhere_closes_nothing_there(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        desk = await asked(app, pilot)
        await app.switch_mode("gateway")
        app.push_screen(InputDialog("Something else", "text", "typed"))
        await pilot.pause()
        desk.close()
        await settle(pilot)
        assert isinstance(app.screen, InputDialog)
        app.screen.dismiss(None)
        await app.switch_mode("servers")
        await settle(pilot)
        assert isinstance(app.screen, ModeScreen)
        assert app.current_mode == "servers"
        assert answers(app) == []


async def test_a_dialog_above_the_question_stays_and_the_question_goes_after_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        desk = await asked(app, pilot)
        app.push_screen(InputDialog("Something else", "text", "typed"))
        await pilot.pause()
        desk.close()
        await settle(pilot)
        assert isinstance(app.screen, InputDialog)
        app.screen.dismiss(None)
        await settle(pilot)
        assert isinstance(app.screen, ModeScreen)
        assert answers(app) == []


async def test_what_was_written_for_roots_and_sampling_is_there_for_the_next_request(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        question: JsonObject = {"id": "7", "method": "roots/list"}
        desk = await asked(app, pilot, question=question)
        await press(pilot, *"/srv", "ctrl+s")
        app.run_worker(desk.ask("other", question), group="ask")
        await pilot.pause()
        await press(pilot, "ctrl+s")
        app.run_worker(desk.ask("demo", question), group="ask")
        await pilot.pause()
        await press(pilot, "ctrl+s")
        sent = [result["roots"] for _, result, _ in answers(app)]
        assert sent == [[{"uri": "file:///srv"}], [], [{"uri": "file:///srv"}]]
