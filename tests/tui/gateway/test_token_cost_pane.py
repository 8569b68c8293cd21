"""What the tools of each key cost a model."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_the_tools_of_a_key_open_and_close(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "right_square_bracket", "right_square_bracket")
        check_screen(app)
        await press(pilot, "j", "enter")
        assert "Tools of key old-laptop" in text_grid(app)
        await press(pilot, "escape")
        assert "Context cost per key" in text_grid(app)
