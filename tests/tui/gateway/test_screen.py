"""The Gateway mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mcptui.errors import McptuiError
from mcptui.testing.pilot import press, settle
from mcptui.testing.scenes import data
from mcptui.testing.scenes.app import MakeApp, demo_gateway
from mcptui.testing.screens import text_grid
from mcptui.tui.widgets.dialogs import ConfirmDialog, TextDialog


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(make_app: MakeApp, check_screen: Callable[..., None], size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        check_screen(app)


async def test_enter_shows_request_and_answer(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j", "j", "j", "enter")
        assert isinstance(app.screen, TextDialog)
        check_screen(app)


async def test_l_shows_the_log_and_the_filter_counts(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "l")
        check_screen(app)
        await press(pilot, "slash", *"error", "enter")
        assert "1/8" in text_grid(app)
        await press(pilot, "f")
        assert "not following" in text_grid(app)
        await press(pilot, "f", "escape", "l")
        assert "convert_time" in text_grid(app)


async def test_stopping_asks_while_clients_are_connected(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "enter")
        assert gateway.running is not None
        await press(pilot, "s", "left", "enter")
        assert "○ stopped" in text_grid(app)
        await press(pilot, "s")
        assert gateway.running is not None
        assert "● running" in text_grid(app)


async def test_stopping_without_clients_does_not_ask(make_app: MakeApp) -> None:
    gateway = demo_gateway(running=replace(data.STATUS, sessions=0))
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        assert gateway.asked[-1] == ("stop",)


async def test_restart_and_reload(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "r", "R")
        assert [asked[0] for asked in gateway.asked if asked[0] in {"reload", "restart"}] == ["reload", "restart"]


async def test_a_failed_start_is_explained_in_place(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    error = McptuiError("port 4000 is in use by python3 (pid 3121)", hint="Stop that program, or use another port.")
    app = make_app(gateway=demo_gateway(running=None, start_error=error))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        check_screen(app)


async def test_w_switches_what_happens_on_quit(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "w")
        assert "[x] keeps running" in text_grid(app)
        assert app.context.workspace.load().state.gateway.survive_app is True
        await press(pilot, "w")
        assert "[ ] ends with the app" in text_grid(app)


async def test_a_new_instance_starts_its_calls_anew(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert "convert_time" in text_grid(app)
        gateway.records = [data.RECORDS[0]]
        gateway.starts_as = replace(data.STATUS, instance_id="another")
        await press(pilot, "R")
        assert "ask_question" in text_grid(app)
        assert "convert_time" not in text_grid(app)


async def test_the_url_can_be_copied(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "y")
        assert app.clipboard == "http://127.0.0.1:4000/mcp"
