"""The Gateway mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Input

from mcptui.tui.gateway.screen import GatewayScreen
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway, fake_of
from tests.support.screens import text_grid


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(make_app: MakeApp, check_screen: Callable[..., None], size: tuple[int, int]) -> None:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        check_screen(app)


async def test_l_shows_the_log_and_the_filter_counts(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "left_square_bracket")
        check_screen(app)
        await press(pilot, "slash", *"error", "enter")
        assert "1/8" in text_grid(app)
        await press(pilot, "f")
        assert "not following" in text_grid(app)
        await press(pilot, "f", "escape", "right_square_bracket")
        assert "convert_time" in text_grid(app)


async def test_the_calls_of_an_earlier_gateway_stay(make_app: MakeApp) -> None:
    gateway = demo_gateway(records=[])
    app = make_app(gateway=gateway)
    await fake_of(app).record(data.RECORDS[:3])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert "3 calls" in text_grid(app)
        gateway.records = [data.RECORDS[3]]
        gateway.starts_as = replace(data.STATUS, instance_id="another")
        await press(pilot, "R")
        assert "4 calls" in text_grid(app)


async def test_the_filter(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    await fake_of(app).record(data.RECORDS)
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
        assert "No call matches" in text_grid(app)
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


async def test_the_log_has_levels(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "left_square_bracket", "L", "L")
        grid = text_grid(app)
        assert "warnings and errors · 3/8" in grid
        assert "gateway.start" not in grid
        await press(pilot, "L")
        assert "errors only · 1/8" in text_grid(app)
        await press(pilot, "L")
        assert "gateway.start" in text_grid(app)
