"""The Servers mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from mcptui.demo.entry import SERVER_NAME, demo_server_config
from mcptui.model import State
from mcptui.model.calls import GroupStats
from mcptui.tui.gateway.screen import GatewayScreen
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.servers.form_screen import ServerFormScreen
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.filter_table import FilterTable
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


def current(app: McptuiApp) -> str | None:
    """The server under the cursor."""
    assert isinstance(app.screen, ServersScreen)
    return app.screen.current


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_list(make_app: MakeApp, check_screen: Callable[..., None], size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        check_screen(app)


async def test_the_welcome(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(State(), FakeGateway())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        check_screen(app)
        await press(pilot, "X")
        assert app.state.servers[SERVER_NAME] == demo_server_config()
        assert "create a key" in text_grid(app)


async def test_a_server_in_trouble_explains_itself(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "j", "j")
        check_screen(app)


async def test_tools_are_read_for_the_server_under_the_cursor(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "read_wiki_structure" in text_grid(app)
        await press(pilot, "j", "j", "k", "j")
        assert [asked for asked in gateway.asked if asked[0] == "listed"] == [
            ("listed", None, "deepwiki"),
            ("listed", None, "files"),
        ]


async def test_space_switches_a_server_and_u_switches_it_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space")
        assert not app.state.servers["deepwiki"].enabled
        assert "[ ]  ▸ deepwiki" in text_grid(app) or "[ ]    deepwiki" in text_grid(app)
        await press(pilot, "u")
        assert app.state.servers["deepwiki"].enabled


async def test_delete_asks_with_the_focus_on_cancel(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert isinstance(app.screen, ConfirmDialog)
        assert app.focused is not None
        assert app.focused.id == "cancel"
        check_screen(app)
        await press(pilot, "enter")
        assert "deepwiki" in app.state.servers
        await press(pilot, "d", "left", "enter")
        assert "deepwiki" not in app.state.servers
        await press(pilot, "u")
        assert "deepwiki" in app.state.servers


async def test_the_filter_counts_and_escape_clears_it(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"stdio")
        assert str(app.screen.query_one("#list", FilterTable).border_subtitle).startswith("3/")
        await press(pilot, "enter")
        assert current(app) == "files"
        await press(pilot, "slash", "x", "x")
        assert "No match" in text_grid(app)
        assert current(app) is None
        await press(pilot, "escape")
        assert "6" not in str(app.screen.query_one(FilterTable).border_subtitle)
        assert current(app) == "deepwiki"


async def test_the_cursor_stays_on_its_server_when_the_list_changes(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "G", "k")
        assert current(app) == "warehouse"
        await press(pilot, "g", "space")
        assert current(app) == "deepwiki"
        await app.reveal("server", "warehouse")
        await settle(pilot)
        await press(pilot, "d", "left", "enter")
        assert current(app) == "legacy-crm"


async def test_refresh_asks_the_gateway(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "r")
        assert ("refresh", "deepwiki") in gateway.asked


async def test_enter_edits(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, ServerFormScreen)


async def test_a_paste_into_the_list_is_a_server_to_add(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        app.post_message(events.Paste("https://mcp.example.com/mcp"))
        await settle(pilot)
        assert isinstance(app.screen, ServerFormScreen)
        assert app.screen.fields.texts["target"] == "https://mcp.example.com/mcp"


async def test_undo_brings_the_cursor_back_to_what_was_deleted(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "d", "left", "enter")
        assert current(app) != "files"
        await press(pilot, "u")
        assert current(app) == "files"


async def test_the_next_step_is_not_below_the_list_where_messages_cover_it(make_app: MakeApp) -> None:
    app = make_app(State(servers=data.STATE.servers))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        step, shown = app.screen.query_one("#next"), app.screen.query_one("#servers")
        assert step.display
        assert step.region.y < shown.region.y


async def test_the_list_is_filtered_by_fields(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        table = app.screen.query_one("#list", FilterTable)

        async def shown(text: str) -> set[str]:
            table.action_filter()
            table.query_one(Input).value = text
            await settle(pilot)
            return set(table.shown_keys)

        everything = set(data.STATE.servers)
        failed = await shown("state:failed")
        assert failed
        assert failed | await shown("-state:failed") == everything
        assert await shown("state:disabled") == {name for name, each in data.STATE.servers.items() if not each.enabled}
        assert await shown("transport:stdio files") == {"files", "files search_files"}
        assert await shown("state:nothing") == set()


async def test_from_a_server_to_its_calls_and_tools(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "C")
        gateway: Screen[Any] = app.screen
        assert isinstance(gateway, GatewayScreen)
        assert gateway.traffic.filter_text == 'server:"files"'
        await press(pilot, "3", "right_square_bracket", "1", "T")
        test: Screen[Any] = app.screen
        assert isinstance(test, PlaygroundScreen)
        assert test.tabs.current == "tools"
        assert test.table.shown_keys
        assert test.table.filter_text == "files__"
        assert [key for key in test.table.shown_keys if "files__" not in key] == []


async def test_the_details_have_the_calls_of_the_last_hour(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway())
    async with app.run_test(size=(120, 50)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ServersScreen)
        stats = GroupStats("deepwiki", 12, 3, 5.0, 9.0, 20.0, 100, (4, 8), (0, 3))
        screen.server_calls = {"deepwiki": stats}
        screen.show()
        await settle(pilot)
        grid = text_grid(app)
        assert "▄█ 12 calls, 0.2 per minute" in grid
        assert "█ 3 errors (25 %)" in grid
        assert "p50 5 ms · p95 9 ms" in grid
