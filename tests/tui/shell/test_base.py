"""What the screens of all modes have in common."""

from __future__ import annotations

import pytest

from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.modes import MODES
from mcptui.tui.widgets.detail_pane import DetailPane
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_a_mode_keeps_its_cursor(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "5", "1")
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "files"


async def test_a_screen_is_styled_for_its_size_before_it_is_shown(make_app: MakeApp) -> None:
    for size, classes in (((80, 24), {"-normal", "-short"}), ((120, 36), {"-wide", "-tall"})):
        app = make_app()
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            assert PlaygroundScreen().classes == classes
            await press(pilot, "3")
            assert app.screen.classes >= classes


async def test_modes_that_are_made_ready_do_nothing_before_they_are_shown(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        asked = len(gateway.asked)
        await app.prepare_modes()
        await settle(pilot)
        assert len(app.open_screens()) == len(MODES)
        assert app.current_mode == "servers"
        gateway.running = None
        app.poll_gateway()
        gateway.running = data.STATUS
        app.poll_gateway()
        await settle(pilot)
        assert gateway.asked[asked:] == []
        await press(pilot, "3")
        assert "github__list_issues" in text_grid(app)
        assert len(gateway.asked) > asked


async def test_escape_leaves_a_text_field_so_that_digits_are_keys_again(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "3", "enter", "5")
        assert app.current_mode == "test"
        await press(pilot, "escape", "5")
        assert app.current_mode == "gateway"


@pytest.mark.parametrize("mode", ["servers", "access", "gateway"])
async def test_nothing_is_shown_of_what_a_filter_hides(make_app: MakeApp, mode: str) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await app.switch_mode(mode)
        await settle(pilot)
        panes = [pane for pane in app.screen.query(DetailPane) if pane.is_on_screen and pane.id != "card"]
        assert all(pane.text for pane in panes)
        await press(pilot, "slash", *"zzz")
        await settle(pilot)
        assert "No match" in text_grid(app)
        assert [pane.text for pane in panes] == [""] * len(panes)
