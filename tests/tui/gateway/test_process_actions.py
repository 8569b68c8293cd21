"""The gateway's process in the Gateway mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mcptui.errors import McptuiError
from mcptui.services import settings
from mcptui.supervisor.process import PortInUseError
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ConfirmDialog
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_stopping_asks(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        assert isinstance(app.screen, ConfirmDialog)
        assert "3 open sessions end." in text_grid(app)
        await press(pilot, "enter")
        assert gateway.running is not None
        await press(pilot, "s", "left", "enter")
        assert "○ stopped" in text_grid(app)
        await press(pilot, "s")
        assert gateway.running is not None
        assert "● running" in text_grid(app)


@pytest.mark.parametrize(("count", "words"), [(0, "No client has an open session."), (1, "1 open session ends.")])
async def test_stopping_says_how_many_sessions_end(make_app: MakeApp, count: int, words: str) -> None:
    """Also without one: clients of the stateless revision have none."""
    app = make_app(gateway=demo_gateway(running=replace(data.STATUS, sessions=count)))
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        assert words in text_grid(app)


async def test_restart_asks_and_reload_does_not(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5")
        await app.screen.run_action("reload")
        await press(pilot, "R")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "y")
        assert [asked[0] for asked in gateway.asked if asked[0] in {"reload", "restart"}] == ["reload", "restart"]


async def test_a_failed_start_is_explained_in_place(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    error = PortInUseError("port 4000 is in use by python3 (pid 3121)", hint="Stop that program, or use another port.")
    app = make_app(gateway=demo_gateway(running=None, start_error=error))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        check_screen(app)


async def test_q_switches_what_happens_on_quit(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "Q")
        assert "On quit   keep running" in text_grid(app)
        assert app.context.workspace.load().state.gateway.survive_app is True
        await press(pilot, "Q")
        assert "On quit   stop" in text_grid(app)


async def test_the_url_can_be_copied(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "Y")
        assert app.clipboard == "http://127.0.0.1:4000/mcp"


def phase(app: McptuiApp) -> str:
    return app.gateway_view.phase


def failing() -> FakeGateway:
    return demo_gateway(running=None, start_error=PortInUseError("port 4000 is in use by python3 (pid 3121)"))


async def test_a_free_port_is_saved_and_the_gateway_started_there(make_app: MakeApp) -> None:
    gateway = failing()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        assert phase(app) == "failed"
        gateway.start_error = None
        await press(pilot, "p")
        assert app.state.gateway.port > 4000
        assert phase(app) == "running"


async def test_a_free_port_is_offered_only_where_the_port_is_taken(make_app: MakeApp) -> None:
    gateway = failing()
    gateway.start_error = McptuiError("the certificate cannot be read")
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        assert phase(app) == "failed"
        assert "Free port" not in text_grid(app)
        gateway.start_error = PortInUseError("port 4000 is in use by python3 (pid 3121)")
        await press(pilot, "s")
        assert "Free port" in text_grid(app)


async def test_a_gateway_that_could_not_start_is_started_when_the_file_has_another_port(make_app: MakeApp) -> None:
    gateway = failing()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        gateway.start_error = None
        change = settings.update_settings(app.context.workspace, gateway=replace(app.state.gateway, survive_app=True))
        app.loaded = change.after
        await settle(pilot)
        assert phase(app) == "failed"
        change = settings.update_settings(app.context.workspace, gateway=replace(change.after.state.gateway, port=4555))
        app.loaded = change.after
        await settle(pilot)
        assert phase(app) == "running"
