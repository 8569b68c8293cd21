"""The Gateway mode."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from mcptui.errors import McptuiError
from mcptui.model.runtime import CallEvent
from mcptui.testing.pilot import press, settle
from mcptui.testing.scenes import data
from mcptui.testing.scenes.app import MakeApp, demo_gateway
from mcptui.testing.screens import text_grid
from mcptui.tui.gateway.call_dialog import CallDialog
from mcptui.tui.gateway.screen import GatewayScreen
from mcptui.tui.widgets.dialogs import ChoiceDialog, ConfirmDialog


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
        assert isinstance(app.screen, CallDialog)
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
        await press(pilot, "5", "ctrl+r", "R")
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
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "w")
        assert "[x] keeps running" in text_grid(app)
        assert app.context.workspace.load().state.gateway.survive_app is True
        await press(pilot, "w")
        assert "[ ] ends with the app" in text_grid(app)


async def test_the_calls_of_an_earlier_gateway_stay(make_app: MakeApp) -> None:
    gateway = demo_gateway(records=[])
    app = make_app(gateway=gateway)
    app.context.workspace.history.record(data.RECORDS[:3])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert "3 calls" in text_grid(app)
        gateway.records = [data.RECORDS[3]]
        gateway.starts_as = replace(data.STATUS, instance_id="another")
        await press(pilot, "R")
        assert "4 calls" in text_grid(app)


async def test_the_url_can_be_copied(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5", "y")
        assert app.clipboard == "http://127.0.0.1:4000/mcp"


async def test_the_filter(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    app.context.workspace.history.record(data.RECORDS)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "slash")
        app.screen.query_one("#traffic Input", Input).value = "sever:x"
        await settle(pilot)
        grid = text_grid(app)
        assert "there is no field sever" in grid
        assert "Did you mean server:?" in grid
        assert "6 calls" in grid
        check_screen(app, "error")
        app.screen.query_one("#traffic Input", Input).value = "outcome:failed"
        await press(pilot, "enter")
        grid = text_grid(app)
        assert "3 calls match" in grid
        assert "read_text_file" not in grid
        await press(pilot, "slash")
        app.screen.query_one("#traffic Input", Input).value = "nothing"
        await settle(pilot)
        assert "No recorded call fits" in text_grid(app)
        await press(pilot, "escape")
        assert "6 calls" in text_grid(app)


async def test_the_cursor_stays_on_its_call_while_others_come(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j", "j")
        screen = app.screen
        assert isinstance(screen, GatewayScreen)
        assert screen.call == data.RECORDS[3]
        newer = [replace(data.RECORDS[0], id=100 + number) for number in range(40)]
        for record in newer:
            screen.traffic.add(record)
        await settle(pilot)
        assert screen.call == data.RECORDS[3]
        assert screen.traffic.record == data.RECORDS[3]
        await press(pilot, "g")
        assert screen.call == newer[-1]
        screen.traffic.add(replace(data.RECORDS[1], id=200))
        await settle(pilot)
        assert screen.traffic.record is not None
        assert screen.traffic.record.id == 200
        await press(pilot, "G")
        assert screen.call == data.RECORDS[0]


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
        assert screen.missing.words == "key cursor-laptop may use tool merge_pull_request of github by now"
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
        assert "Sent again as key ci: ✓ ok, the same answer" in text_grid(app)


async def test_export(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    app.context.workspace.history.record(data.RECORDS)
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


async def test_statistics_and_tokens(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    app.context.workspace.history.record(data.RECORDS)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "right_square_bracket")
        check_screen(app, "statistics")
        await press(pilot, "b")
        assert "by key, last hour" in text_grid(app)
        await press(pilot, "t", "t", "t")
        assert "last 15 minutes" in text_grid(app)
        await press(pilot, "right_square_bracket")
        check_screen(app, "tokens")
        await press(pilot, "j", "enter")
        assert "Tools that key old-laptop sees" in text_grid(app)
        await press(pilot, "escape")
        assert "Tokens of each key" in text_grid(app)


async def test_the_log_has_levels(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "l", "v", "v")
        grid = text_grid(app)
        assert "warnings and errors · 3/8" in grid
        assert "gateway.start" not in grid
        await press(pilot, "v")
        assert "errors only · 1/8" in text_grid(app)
        await press(pilot, "v")
        assert "gateway.start" in text_grid(app)
