"""The boxes of the Access mode: drafts, tools, reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from mcptui.access.subjects import Ref
from mcptui.tui.access.screen import AccessScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def open_access(pilot: Pilot[Any], *keys: str) -> AccessScreen:
    await settle(pilot)
    await press(pilot, "2")
    screen = pilot.app.screen
    assert isinstance(screen, AccessScreen)
    await press(pilot, *keys)
    return screen


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    """Whether a screen of ``kind`` is on top; a function, so that the type checker does not remember."""
    return isinstance(app.screen, kind)


def servers_of(app: McptuiApp, team: str) -> tuple[str, ...] | None:
    return app.state.teams[team].servers


def marks(screen: AccessScreen) -> dict[str, str]:
    return {row.id: row.box.value for row in screen.boxes._rows}


async def test_boxes_are_applied_after_their_difference_was_shown(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("team", "data")
        await press(pilot, "enter", "j", "j", "space", "j", "space")
        assert screen.is_dirty
        assert marks(screen)["deepwiki"] == marks(screen)["github"] == "[x]"
        assert "team data *" in text_grid(app)
        assert "+deepwiki +github" in text_grid(app)
        assert servers_of(app, "data") == ("@reading", "time")
        check_screen(app, "changed")
        await press(pilot, "ctrl+s")
        assert showing(app, ChoiceDialog)
        check_screen(app, "difference")
        await press(pilot, "enter")
        assert servers_of(app, "data") == ("@reading", "time", "deepwiki", "github")
        assert screen.unsaved == ""
        await press(pilot, "u")
        assert servers_of(app, "data") == ("@reading", "time")


async def test_changes_wait_while_the_cursor_moves(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        await press(pilot, "enter", "space", "escape", "k", "j")
        assert screen.current == Ref("key", "ci")
        assert screen.is_dirty
        assert screen.unsaved == "Access: changes not applied for key ci"
        await press(pilot, "right_square_bracket", "space")
        assert screen.unsaved == ""


async def test_tools_of_one_server(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "cursor-laptop")
        await press(pilot, "enter", "j", "j", "T")
        assert "ask_question" in text_grid(app)
        await press(pilot, "tab", "space", "ctrl+s")
        assert app.state.keys["cursor-laptop"].tools == {"deepwiki": ("!read_wiki_structure",)}
        await press(pilot, "T", "ctrl+u", "ctrl+s")
        assert not app.state.keys["cursor-laptop"].tools


async def test_why_is_a_key_away(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("team", "data")
        await press(pilot, "enter", "j", "j", "j", "w")
        grid = text_grid(app)
        assert "team data → server github" in grid
        assert "DENIED" in grid


async def test_what_disappears_from_the_file_disappears_here(make_app: MakeApp) -> None:
    app: McptuiApp = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        await press(pilot, "enter", "space")
        assert screen.unsaved
        await press(pilot, "d", "left", "enter")
        assert screen.unsaved == ""
        assert screen.current != Ref("key", "ci")


async def test_only_tools_that_read_on_all_servers_of_a_team(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("team", "data")
        await press(pilot, "P")
        assert showing(app, ChoiceDialog)
        assert "time: −convert_time" in " ".join(text_grid(app).split())
        await press(pilot, "enter")
        tools = app.state.teams["data"].tools
        assert tools is not None
        assert tools["time"] == ("get_current_time",)
        assert set(tools) == {"deepwiki", "files", "time"}
        await press(pilot, "u")
        assert app.state == data.STATE
