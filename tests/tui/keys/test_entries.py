"""What is found behind ``?`` and ``:``."""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets import TextArea

from mcptui.tui.access.screen import AccessScreen
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.widgets.dialogs import TextDialog
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway


async def test_an_action_of_another_mode_runs_there(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "question_mark", *"reload configuration", "enter")
        assert isinstance(app.screen, ModeScreen)
        assert app.screen.MODE.id == "gateway"
        assert ("reload",) in gateway.asked


async def test_everything_is_gone_to_by_its_name(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "colon")
        check_screen(app)
        await press(pilot, *"server time", "enter")
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "time"


async def test_a_key_is_gone_to_by_its_name(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        key = next(iter(app.state.keys))
        await press(pilot, "colon", *f"key {key}", "enter")
        assert isinstance(app.screen, AccessScreen)
        assert str(app.screen.current) == f"key {key}"


async def test_actions_are_found_among_the_names(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", *"read-only mode", "enter")
        assert app.read_only


async def test_the_help_text_of_a_screen_is_read_from_there(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "question_mark", *"about this screen", "enter")
        assert isinstance(app.screen, TextDialog)
        assert "The process that clients connect to." in app.screen.query_one(TextArea).text
        await press(pilot, "escape")
        assert isinstance(app.screen, ModeScreen)
