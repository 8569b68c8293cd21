"""Connected clients in the Gateway mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.screen import Screen

from mcptui.tui.gateway.screen import GatewayScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ConfirmDialog
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid
from tests.tui.gateway.test_clients_pane import CLIENT

CURSOR = replace(CLIENT, since=data.NOW.timestamp() - 700, last_used=data.NOW.timestamp() - 70)
ZED = replace(CURSOR, id="zz", name="", key="ci", sessions=0, streams=1, calls=3, protocol="")


def gateway_mode(app: McptuiApp) -> GatewayScreen:
    screen: Screen[Any] = app.screen
    assert isinstance(screen, GatewayScreen)
    return screen


async def test_a_client_is_disconnected_after_a_question(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    gateway = demo_gateway(connected=[CURSOR, ZED])
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "left_square_bracket", "left_square_bracket")
        check_screen(app)
        await press(pilot, "d")
        assert isinstance(app.screen, ConfirmDialog)
        check_screen(app, "question")
        await press(pilot, "y")
        assert ("disconnect", CURSOR.id) in gateway.asked
        assert [note.message for note in app._notifications] == ["Cursor 1.2 disconnected, 2 connections ended"]
        assert gateway_mode(app).clients.shown_keys == ["zz"]
        gateway.connected = []
        await press(pilot, "d", "y")
        assert [note.message for note in app._notifications][-1] == "unnamed client had left already"
        assert "No client is connected" in text_grid(app)


async def test_from_a_client_to_its_calls(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway(connected=[CURSOR, ZED]))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "left_square_bracket", "left_square_bracket", "enter")
        screen = gateway_mode(app)
        assert screen.tab == "traffic"
        assert screen.traffic.filter_text == 'key:"cursor" client:"Cursor*"'
        await press(pilot, "left_square_bracket", "left_square_bracket", "j", "C")
        assert screen.traffic.filter_text == 'key:"ci"'


async def test_without_a_gateway_the_list_says_so(make_app: MakeApp) -> None:
    gateway = demo_gateway(connected=[CURSOR])
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "left_square_bracket", "left_square_bracket", "slash", *"cursor", "enter")
        assert gateway_mode(app).client == CURSOR
        gateway.running = None
        app.poll_gateway()
        gateway_mode(app)._count()
        await settle(pilot)
        assert gateway_mode(app).client is None
