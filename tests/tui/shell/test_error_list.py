from __future__ import annotations

from mcptui.errors import McptuiError
from mcptui.tui.shell.error_list import ErrorList
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_errors_are_listed_with_details_and_copied(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        app.show_error(McptuiError("the first one", hint="look closer"))
        app.show_error(McptuiError("the second one"))
        await press(pilot, "f12")
        assert isinstance(app.screen, ErrorList)
        await press(pilot, "j", "v")
        grid = text_grid(app)
        assert "look closer" in grid
        assert "McptuiError: the first one" in grid
        await press(pilot, "y")
        assert app.clipboard.count("the first one") == 2
        assert "the second one" not in app.clipboard
        await press(pilot, "Y")
        assert app.clipboard.index("the second one") < app.clipboard.index("the first one")
        await press(pilot, "v")
        assert "McptuiError" not in text_grid(app)
        await press(pilot, "f12")
        assert not isinstance(app.screen, ErrorList)


async def test_without_errors_there_is_a_word(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "f12")
        assert "No errors since the app was started." in text_grid(app)
