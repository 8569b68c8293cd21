"""The top line."""

from __future__ import annotations

from mcptui.tui.shell.mode_bar import ModeTab
from mcptui.tui.shell.modes import MODES
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_all_modes_have_room_on_a_narrow_screen(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(50, 20)) as pilot:
        await settle(pilot)
        assert "5 Gateway" in text_grid(app).splitlines()[0]
        assert "mcptui" not in text_grid(app).splitlines()[0]


async def test_all_modes_have_their_digit_and_a_click_goes_there(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        line = text_grid(app).splitlines()[0]
        tabs = [f"{digit} {mode.title}" for digit, mode in enumerate(MODES.values(), start=1)]
        assert line.split() == " ".join(["mcptui", *tabs]).split()
        await pilot.click(offset=(line.index("2 Access") + 3, 0))
        await settle(pilot)
        assert app.current_mode == "access"
        assert [str(tab.content) for tab in app.screen.query(ModeTab) if tab.has_class("-current")] == ["2 Access"]
