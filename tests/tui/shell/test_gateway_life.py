"""The gateway's life as the app follows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from mcptui.errors import UnreachableError
from mcptui.tui.shell import gateway_life
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_a_gateway_that_ends_is_noticed(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        gateway.running, gateway.crashed = None, True
        app.poll_gateway()
        await settle(pilot)
        assert "✗ exited unexpectedly" in text_grid(app)
        app.start_if_lost()
        await settle(pilot)
        assert "● running" in text_grid(app)
        app.start_if_lost()
        assert gateway.asked.count(("start",)) == 1


async def test_a_gateway_that_somebody_stopped_stays_stopped(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        gateway.running = None
        app.poll_gateway()
        await settle(pilot)
        assert "○ stopped" in text_grid(app)
        app.start_if_lost()
        await settle(pilot)
        assert ("start",) not in gateway.asked


async def test_the_app_attends_the_gateway_and_comes_back_to_it(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that is to end with the app knows by that when the app was killed."""
    came: asyncio.Queue[int] = asyncio.Queue()
    restarted = asyncio.Event()

    async def attend(_: FakeGateway) -> AsyncGenerator[bool, None]:
        came.put_nowait(1)
        yield True
        await restarted.wait()
        restarted.clear()
        raise UnreachableError("it is gone")

    monkeypatch.setattr(FakeGateway, "attend", attend)
    monkeypatch.setattr(gateway_life, "POLL_SECONDS", 0.01)
    app = McptuiApp(make_app().context, start_gateway=False)
    async with asyncio.timeout(30), app.run_test(size=(100, 30)):
        await came.get()
        restarted.set()
        await came.get()
        assert not app.errors.entries
