"""Panes that take the whole screen, and share their room as a person wants."""

from __future__ import annotations

import json
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from mcptui.tui.shell.panes import PaneScreen
from tests.support.chat import open_chat
from tests.support.pilot import press, settle
from tests.support.scenes import talk
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


def screen_of(pilot: Pilot[Any]) -> PaneScreen:
    screen = pilot.app.screen
    assert isinstance(screen, PaneScreen)
    return screen


def pane(pilot: Pilot[Any], selector: str) -> Widget:
    return pilot.app.screen.query_one(selector)


@pytest.mark.parametrize("mode", ["servers", "access", "test", "gateway"])
@pytest.mark.parametrize("width", [80, 120])
async def test_one_key_gives_a_pane_the_whole_screen_and_back_in_every_mode(
    make_app: MakeApp, mode: str, width: int
) -> None:
    app = make_app()
    async with app.run_test(size=(width, 36)) as pilot:
        await settle(pilot)
        await app.switch_mode(mode)
        await press(pilot, "escape")
        zoomed = []
        before = text_grid(app)
        for selector in screen_of(pilot).PANES:
            found = pane(pilot, selector)
            inside = [widget for widget in (found, *found.query("*")) if widget.focusable]
            if not found.is_on_screen or not inside:
                continue
            inside[0].focus()
            await settle(pilot)
            if found not in (inside[0].ancestors_with_self if inside[0].has_focus else ()):
                continue
            zoomed.append(selector)
            await press(pilot, "alt+z")
            assert found.region.width == width, selector
            assert found.region.height >= 36 - 4, selector
            assert "zoomed, alt+z restores" in text_grid(app).splitlines()[0]
            await press(pilot, "alt+z")
            assert screen_of(pilot).maximized is None
            assert "zoomed" not in text_grid(app)
        assert zoomed
        screen_of(pilot).set_focus(None)
        await settle(pilot)
        assert text_grid(app).splitlines()[:1] == before.splitlines()[:1]


async def test_escape_and_leaving_a_pane_give_the_screen_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "z")
        assert not pane(pilot, "#detail").is_on_screen
        await press(pilot, "escape")
        assert pane(pilot, "#detail").is_on_screen
        await press(pilot, "z")
        pane(pilot, "#detail").focus()
        await settle(pilot)
        assert pane(pilot, "#detail").is_on_screen


@pytest.mark.parametrize(("width", "side"), [(120, "width"), (80, "height")])
async def test_panes_are_resized_and_remembered(make_app: MakeApp, width: int, side: str) -> None:
    app = make_app()
    async with app.run_test(size=(width, 36)) as pilot:
        await settle(pilot)
        first = getattr(pane(pilot, "#list").size, side)
        await press(pilot, "greater_than_sign")
        larger = getattr(pane(pilot, "#list").size, side)
        assert larger > first
        pane(pilot, "#detail").focus()
        await press(pilot, "greater_than_sign", "greater_than_sign")
        assert getattr(pane(pilot, "#list").size, side) < first
        await press(pilot, "less_than_sign", *["less_than_sign"] * 30)
        assert getattr(pane(pilot, "#detail").outer_size, side) >= 4
        file = app.context.workspace.paths.state_dir / "app.json"
        assert json.loads(file.read_text())["panes"] == {f"servers.{side}": 85}


async def test_the_first_sizes_come_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        before = pane(pilot, "#list").size
        app.pane_sizes = {"access.width": 30}
        await press(pilot, "less_than_sign", "less_than_sign")
        assert pane(pilot, "#list").size != before
        await press(pilot, "equals_sign")
        assert pane(pilot, "#list").size == before
        assert app.pane_sizes == {"access.width": 30}


async def test_the_sizes_of_the_last_time_are_used(make_app: MakeApp) -> None:
    app = make_app()
    app.pane_sizes = {"servers.width": 25, "servers.height": 80}
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert pane(pilot, "#list").outer_size.width == 30
        await pilot.resize_terminal(80, 36)
        await settle(pilot)
        assert pane(pilot, "#list").outer_size.width == 80
        assert pane(pilot, "#list").outer_size.height > 20


async def test_a_conversation_takes_the_whole_screen(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway(events=talk.EVENTS))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_chat(pilot, *"Hi", "enter", "alt+k", "z")
        assert pane(pilot, "Transcript").region.height == 21
        await press(pilot, "enter")
        assert pane(pilot, "Prompt").is_on_screen
