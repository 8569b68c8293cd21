from __future__ import annotations

from mcptui.model.runtime import Listed
from mcptui.tui.playground.compare import CompareDialog, Seen, compare
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


def test_everything_that_one_or_both_see() -> None:
    first = Listed(tools=[{"name": "a"}, {"name": "b", "description": "x"}, {"no": "name"}], prompts=[{"name": "p"}])
    second = Listed(tools=[{"name": "b", "description": "y"}, {"name": "c"}], prompts=[{"name": "p"}])
    assert compare(first, second) == [
        Seen("tool", "a", "first"),
        Seen("tool", "b", "differs"),
        Seen("tool", "c", "second"),
        Seen("prompt", "p", "both"),
    ]


async def test_two_keys_side_by_side(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        gateway.asked.clear()
        await press(pilot, "K")
        assert isinstance(app.screen, CompareDialog)
        assert [key for what, key, *_ in gateway.asked if what == "listed"] == [None, "cursor-laptop"]
        grid = text_grid(app)
        assert "owner (all servers)" in grid
        assert "key cursor-laptop" in grid
        assert "differ" in grid
        rows = app.screen.table.table.count
        await press(pilot, "D")
        assert 0 < app.screen.table.table.count < rows
        await press(pilot, "shift+tab", "shift+tab", "enter", "down", "enter")
        assert "Both keys see the same" in text_grid(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, CompareDialog)
