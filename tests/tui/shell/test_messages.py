"""What the app tells."""

from __future__ import annotations

from mcptui.errors import McptuiError
from mcptui.tui.shell.error_list import ErrorList
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_errors_are_kept_for_the_list(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        app.show_error(McptuiError("port [/b] taken\x1b]0;x\x07", hint="choose another"))
        await settle(pilot)
        await press(pilot, "f12")
        assert isinstance(app.screen, ErrorList)
        grid = text_grid(app)
        assert "port [/b] taken\\u001b]0;x\\u0007" in grid
        assert "choose another" in grid
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1
