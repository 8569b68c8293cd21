"""Leaving the app."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway


async def test_the_first_time_leaving_asks_about_the_gateway_and_remembers(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+q")
        assert isinstance(app.screen, ChoiceDialog)
        await pilot.click("#keep")
        await app.workers.wait_for_complete()
    assert app.return_value == 0
    assert app.context.workspace.load().state.gateway.survive_app is True
    assert ("stop",) not in gateway.asked


async def test_leaving_can_be_taken_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+q", "escape")
        assert app.is_running
        assert app.context.workspace.load().state.gateway.survive_app is None


@pytest.mark.parametrize("survive", [True, False])
async def test_leaving_does_as_it_was_told_before(make_app: MakeApp, survive: bool) -> None:
    gateway = demo_gateway()
    app = make_app(replace(data.STATE, gateway=replace(data.STATE.gateway, survive_app=survive)), gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        await pilot.press("ctrl+q")
        await app.workers.wait_for_complete()
    assert app.return_value == 0
    assert (("stop",) in gateway.asked) is not survive


async def test_unsaved_work_is_asked_about(make_app: MakeApp) -> None:
    app = make_app(gateway=FakeGateway())
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "e", "x", "ctrl+q")
        assert isinstance(app.screen, ChoiceDialog)
        await press(pilot, "escape")
        assert app.is_running
        await press(pilot, "ctrl+q")
        await pilot.click("#leave")
        await app.workers.wait_for_complete()
    assert app.return_value == 0
