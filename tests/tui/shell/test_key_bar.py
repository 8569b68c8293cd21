"""The footer."""

from __future__ import annotations

import pytest

from mcptui.tui.keys.finder import Finder
from mcptui.tui.shell.key_bar import KeyBar
from mcptui.tui.shell.modes import MODES
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


@pytest.mark.parametrize("mode", MODES)
async def test_the_footer_shows_at_most_seven_keys(make_app: MakeApp, mode: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.action_mode(mode)
        await settle(pilot)
        assert 2 <= len(app.screen.query_one(KeyBar).keys) <= 7


async def test_a_click_on_a_key_presses_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        bar = app.screen.query_one(KeyBar)
        label = text_grid(app).splitlines()[-1].index("Actions")
        await pilot.click(bar, offset=(label, 0))
        await settle(pilot)
        assert isinstance(app.screen, Finder)
