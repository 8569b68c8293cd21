"""A form whose subject was changed on disk meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.widgets import Input

from mcptui.services import servers
from mcptui.tui.servers.form_screen import ServerFormScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid

URL = "https://mcp.deepwiki.com/mcp"
SECRET = "canary-7Fh2kQ9x"


def _change_on_disk(app: McptuiApp, **changes: object) -> None:
    workspace = app.context.workspace
    server = replace(workspace.load().state.servers["deepwiki"], **changes)  # type: ignore[arg-type]
    servers.update_server(workspace, "deepwiki", server)


async def test_a_change_on_disk_is_not_overwritten_unasked(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        _change_on_disk(app, description="Theirs")
        app.screen.query_one("#description", Input).value = "Mine"
        await press(pilot, "ctrl+g")
        assert isinstance(app.screen, ChoiceDialog)
        check_screen(app)
        await press(pilot, "escape")
        assert app.screen.query_one("#description", Input).value == "Mine"
        assert app.context.workspace.load().state.servers["deepwiki"].description == "Theirs"
        await press(pilot, "ctrl+g")
        await pilot.click("#mine")
        await settle(pilot)
        assert app.context.workspace.load().state.servers["deepwiki"].description == "Mine"


async def test_what_is_on_disk_can_be_compared_and_taken_over(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        _change_on_disk(app, description="Theirs")
        app.screen.query_one("#timeout", Input).value = "7"
        await app.reload_state()
        await settle(pilot)
        await press(pilot, "alt+d")
        assert "Theirs" in text_grid(app)
        await pilot.click("#reload")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ServerFormScreen)
        assert screen.query_one("#description", Input).value == "Theirs"
        assert not screen.unsaved
        assert not screen.differs_on_disk


async def test_a_server_deleted_meanwhile_is_saved_again_only_when_wanted(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        servers.remove_server(app.context.workspace, ["deepwiki"])
        await press(pilot, "ctrl+g", "escape")
        assert "deepwiki" not in app.state.servers
        assert "Deleted on disk." in text_grid(app)
        await press(pilot, "ctrl+g")
        await pilot.click("#mine")
        await settle(pilot)
        assert app.state.servers["deepwiki"].url == URL
