"""Statistics of calls."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, fake_of
from tests.support.screens import text_grid


async def test_the_statistics_are_grouped_over_a_span(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    await fake_of(app).record(data.RECORDS)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "right_square_bracket")
        check_screen(app)
        await press(pilot, "b")
        assert "by key, last hour" in text_grid(app)
        await press(pilot, "W", "W", "W")
        assert "last 15 minutes" in text_grid(app)
