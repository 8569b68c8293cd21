"""The test of one server."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from mcptui.errors import UnreachableError
from mcptui.tui.servers.form_screen import ServerFormScreen
from mcptui.tui.servers.probe_dialog import ProbeDialog
from mcptui.tui.servers.screen import ServersScreen
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_testing_puts_the_caret_into_no_field(make_app: MakeApp) -> None:
    gateway = demo_gateway(steps=data.PROBE_FAILED)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        assert isinstance(app.screen, ProbeDialog)
        assert not isinstance(app.focused, Input)
        assert "✗ start" in text_grid(app)
        tried = [asked for asked in gateway.asked if asked == ("probe", data.STATE.servers["deepwiki"])]
        await press(pilot, "j", "t")
        assert gateway.asked.count(tried[0]) == len(tried) + 1
        await press(pilot, "e")
        form: Screen[Any] = app.screen
        assert isinstance(form, ServerFormScreen)
        await press(pilot, "escape", "t", "escape")
        assert isinstance(app.screen, ServersScreen)
        assert app.state == data.STATE


async def test_a_test_that_cannot_be_run_says_why(make_app: MakeApp) -> None:
    app = make_app(gateway=FakeGateway(running=data.STATUS, steps=[UnreachableError("The gateway is not running.")]))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        assert "The gateway is not running." in text_grid(app)
