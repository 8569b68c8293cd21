"""What can be done on every screen."""

from __future__ import annotations

from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp

PANES = {"app.zoom", "app.larger", "app.smaller", "app.reset_sizes"}


async def test_panes_are_offered_where_there_are_some(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert {action.id for action in app.possible_actions()} >= PANES
        await press(pilot, "z")
        assert {action.id for action in app.possible_actions()} & PANES == {"app.zoom"}
        await press(pilot, "z", "4")
        assert {action.id for action in app.possible_actions()} & PANES == set()
