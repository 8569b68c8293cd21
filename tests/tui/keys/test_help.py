"""The list of actions."""

from __future__ import annotations

from collections.abc import Callable

from mcptui.tui.keys.help import ActionList
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.base import ModeScreen
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp


async def test_the_action_list_runs_what_is_chosen(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "question_mark")
        assert isinstance(app.screen, ActionList)
        check_screen(app)
        await press(pilot, *"go to gate", "enter")
        assert isinstance(app.screen, ModeScreen)
        assert app.screen.MODE.id == "gateway"


async def test_the_action_list_closes_without_doing_anything(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "question_mark", "down", "up", "escape")
        assert isinstance(app.screen, ServersScreen)
