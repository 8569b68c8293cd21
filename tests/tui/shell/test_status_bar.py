"""The line above the footer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.errors import UnreachableError
from mcptui.model.runtime import SecretStatus
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_a_gateway_that_does_not_answer_is_in_the_status_bar(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        gateway.status_error = UnreachableError("the gateway (pid 1) does not answer")
        app.poll_gateway()
        await settle(pilot)
        assert "▲ not responding" in text_grid(app)
        assert not app.errors.entries
        gateway.status_error = None
        app.poll_gateway()
        await settle(pilot)
        assert "● running" in text_grid(app)


async def test_another_home_is_in_the_status_bar(make_app: MakeApp) -> None:
    app = make_app()
    app.context = replace(app.context, profile="staging [/x]")
    async with app.run_test(size=(120, 24)) as pilot:
        await settle(pilot)
        assert "│ home staging [/x]" in text_grid(app)


async def test_a_secret_store_that_does_not_work_is_in_the_status_bar(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    locked = SecretStatus(backend="keyring", state="locked")
    monkeypatch.setattr(type(app.context.workspace), "secret_status", lambda _: locked)
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert "keyring locked" in text_grid(app)
