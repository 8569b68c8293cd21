"""The tools of servers in their list: unfolding, filtering, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.screen import Screen

from mcptui.model.calls import GroupStats
from mcptui.tui.access.matrix_screen import MatrixScreen
from mcptui.tui.gateway.screen import GatewayScreen
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.filter_table import FilterTable
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway


def shown(app: McptuiApp) -> ServersScreen:
    """A function, so that the type checker does not remember."""
    screen: Screen[Any] = app.screen
    assert isinstance(screen, ServersScreen)
    return screen


def tool(app: McptuiApp) -> str | None:
    """The name of the tool under the cursor."""
    found = shown(app).tool
    return found.name if found is not None else None


async def test_a_server_shows_its_tools_below_it(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = shown(app)
        counts = (0, 2, 3, 0, 0, 4, 0, 0, 1, 0, 0, 2)
        stats = GroupStats("", 12, 2, 3.0, 8.0, 9.0, 1, counts, (0, 2, *10 * (0,)))
        await press(pilot, "j", "j", "right", "j")
        screen.tool_calls = {"files read_text_file": stats}
        screen.server_calls = {"files": stats}
        screen.show()
        await settle(pilot)
        assert tool(app) == "read_text_file"
        check_screen(app)
        await press(pilot, "left", "left")
        assert tool(app) is None
        assert screen.current == "files"
        assert not any(" " in key for key in screen.table.shown_keys)


async def test_on_a_tool_nothing_is_done_to_its_server(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "right", "j", "d", "space", "m")
        screen = shown(app)
        assert tool(app)
        assert app.state.servers["deepwiki"].enabled
        assert screen.marked == set()
        await press(pilot, "M")
        assert screen.marked == set(app.state.servers)


async def test_a_filter_finds_tools_of_all_servers(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"search_code", "enter")
        screen = shown(app)
        assert screen.table.shown_keys == ["github", "github search_code"]
        assert tool(app)
        await press(pilot, "escape")
        assert "github search_code" not in screen.table.shown_keys


async def test_a_changed_state_keeps_what_is_unfolded(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "right", "G", "space")
        assert "files read_text_file" in shown(app).table.shown_keys


async def test_from_a_tool_to_its_calls_to_test_and_to_who_can_call_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "right")
        shown(app).table.go_to("files read_text_file")
        await press(pilot, "C")
        gateway: Screen[Any] = app.screen
        assert isinstance(gateway, GatewayScreen)
        assert gateway.traffic.filter_text == 'server:"files" tool:"read_text_file"'
        await press(pilot, "1", "w")
        matrix: Screen[Any] = app.screen
        assert isinstance(matrix, MatrixScreen)
        assert matrix.grid.column is not None
        assert (matrix.grid.column.server, matrix.grid.column.tool) == ("files", "read_text_file")
        await press(pilot, "escape", "escape", "enter")
        test: Screen[Any] = app.screen
        assert isinstance(test, PlaygroundScreen)
        assert test.item is not None
        assert test.item.name == "files__read_text_file"


async def test_a_tool_that_the_key_does_not_see_is_not_opened(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "right", "j")
        app.testing_key = "old-laptop"
        await press(pilot, "T")
        [message] = [each.message for each in app._notifications]
        assert message == "read_text_file of files is not listed for key old-laptop."
        assert app.screen.query_one(FilterTable).filter_text == ""


async def test_calls_of_tools_are_counted_only_where_tools_are_listed(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    await gateway.record([replace(data.RECORDS[2], at=data.NOW.timestamp() - 60)])
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = shown(app)
        assert screen.server_calls["files"].calls == 1
        assert not screen.tool_calls
        await press(pilot, "j", "j", "right")
        assert screen.tool_calls["files read_text_file"].calls == 1
