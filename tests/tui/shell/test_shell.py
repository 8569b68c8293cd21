"""The app without its screens: how it begins and closes."""

from __future__ import annotations

import pytest

from mcptui.model.runtime import GatewayStatus
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_the_gateway_is_started_after_the_first_paint(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = demo_gateway(running=None)
    app = make_app(gateway=gateway)
    app.start_with_gateway = True
    start, painted = FakeGateway.start, list[str]()

    async def started(fake: FakeGateway) -> GatewayStatus:
        painted.append(text_grid(app))
        return await start(fake)

    monkeypatch.setattr(FakeGateway, "start", started)
    async with app.run_test() as pilot:
        await settle(pilot)
        assert gateway.asked[0] == ("start",)
        assert app.gateway_view.phase == "running"
    assert "deepwiki" in painted[0]


async def test_a_timer_that_ends_while_the_app_closes_needs_no_screen(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
    assert not app.screen_stack
    app.refresh_bindings()
