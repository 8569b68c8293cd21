"""One call in the Gateway mode."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual.widgets import Input

from mcptui.model.runtime import CallEvent
from mcptui.tui.gateway.call_dialog import CallDialog
from mcptui.tui.gateway.screen import GatewayScreen
from mcptui.tui.widgets.dialogs import ChoiceDialog, ConfirmDialog
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway, fake_of
from tests.support.screens import text_grid


async def test_enter_shows_request_and_answer(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j", "j", "j", "enter")
        assert isinstance(app.screen, CallDialog)
        check_screen(app)


async def test_a_denied_call_offers_exactly_what_was_missing(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j")
        check_screen(app)
        await press(pilot, "a")
        assert isinstance(app.screen, ChoiceDialog)
        check_screen(app, "offer")
        before = app.state
        await press(pilot, "enter")
        assert app.state != before
        screen = app.screen
        assert isinstance(screen, GatewayScreen)
        assert screen.missing is not None
        assert screen.missing.words == "key cursor-laptop has access to github/merge_pull_request now"
        await press(pilot, "u")
        assert app.state == before


async def test_a_call_is_sent_again_as_a_chosen_key(make_app: MakeApp) -> None:
    again = [CallEvent(type="result", value=data.RECORDS[2].result)]
    gateway = demo_gateway(events={"files__read_text_file": again})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j", "j", "j", "r")
        assert "key cursor-laptop" in text_grid(app)
        await press(pilot, *"ci", "down", "enter", "enter")
        await settle(pilot)
        asked = [asked for asked in gateway.asked if asked[0] == "call"]
        assert asked == [("call", "tools/call", data.RECORDS[2].params, "ci")]
        assert "Replayed as key ci: ✓ ok, identical response" in text_grid(app)


async def test_a_call_to_a_server_in_production_is_asked_about(make_app: MakeApp) -> None:
    production = replace(data.STATE.servers["files"], environment="prod")
    gateway = demo_gateway(events={"files__read_text_file": [CallEvent(type="result", value={})]})
    app = make_app(replace(data.STATE, servers={**data.STATE.servers, "files": production}), gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j", "j", "j", "r", *"ci", "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "enter")
        assert not [asked for asked in gateway.asked if asked[0] == "call"]
        await press(pilot, "r", *"ci", "down", "enter")
        await settle(pilot)
        await press(pilot, "left", "enter")
        assert [asked for asked in gateway.asked if asked[0] == "call"]


async def test_export(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    await fake_of(app).record(data.RECORDS)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "5", "slash", *"key:ci", "enter", "x")
        field = app.screen.query_one(Input)
        assert field.value.endswith(".jsonl")
        field.value = str(tmp_path / "calls.jsonl")
        await press(pilot, "enter")
        assert "Exported 2 calls" in text_grid(app)
    lines = (tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [6, 4]
