"""Whatever servers, models, clients and files say: nothing of it acts on the terminal or the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Static

from mcptui.model import State
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.modes import MODES
from mcptui.tui.text.safety_filter import SafetyFilter
from mcptui.tui.widgets.tab_line import TabLine
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, scene_app
from tests.support.scenes.hostile import EVIL, STATE, hostile_gateway
from tests.support.screens import text_grid, unsafe_texts

#: They leave, wait for a person, or open other programs.
_LEFT_OUT = {"app.quit", "app.pager", "app.editor", "app.jump"}


async def check(pilot: Pilot[Any], what: str) -> None:
    await settle(pilot)
    app = pilot.app
    assert isinstance(app, McptuiApp)
    assert unsafe_texts(app) == [], what
    broken = [entry.message for entry in app.errors.entries if "inside mcptui" in entry.message]
    assert broken == [], what


async def back(pilot: Pilot[Any], mode: str) -> None:
    app = pilot.app
    for _ in range(6):
        if isinstance(app.screen, ModalScreen) or len(app.screen_stack) > 1:
            await press(pilot, "escape")
    await app.switch_mode(mode)
    await settle(pilot)


@pytest.fixture
def state() -> State:
    """The person's own file is hostile too."""
    return STATE


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: State) -> McptuiApp:
    for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    app = scene_app(tmp_path / "home", state, hostile_gateway())
    # Widgets have to show such text by themselves; the filter is for what is forgotten.
    app._filters = [each for each in app._filters if not isinstance(each, SafetyFilter)]
    return app


async def test_the_base_screens_and_a_result(app: McptuiApp) -> None:
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        for mode in MODES:
            await app.switch_mode(mode)
            await check(pilot, mode)
        await app.switch_mode("test")
        await press(pilot, "escape", "ctrl+t", "f5")
        await check(pilot, "result")


async def test_what_is_forgotten_is_not_drawn(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(200, 36)) as pilot:
        await settle(pilot)
        await app.screen.mount(Static(EVIL, markup=False, id="forgotten"), before=0)
        await settle(pilot)
        assert unsafe_texts(app) == []
        assert "]0;owned" in text_grid(app)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("state", [data.STATE, STATE], ids=["own", "hostile"])
@pytest.mark.parametrize("mode", MODES)
async def test_every_action_of_every_mode(app: McptuiApp, mode: str) -> None:
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        await app.switch_mode(mode)
        await check(pilot, mode)
        for action in tuple(app.possible_actions()):
            if action.id in _LEFT_OUT:
                continue
            await app.run_action(action.handler, default_namespace=app.screen)
            await check(pilot, action.id)
            for key in ("down", "enter", "tab", "enter"):
                await press(pilot, key)
                await check(pilot, f"{action.id} {key}")
            await back(pilot, mode)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_every_tool_prompt_and_resource(app: McptuiApp) -> None:
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        for tab in range(3):
            for place in range(5):
                await press(pilot, "escape", *(["j"] if place else ["g"]))
                await check(pilot, f"tab {tab} item {place}")
                await press(pilot, "enter", "tab", "tab", "ctrl+t", "f5")
                if isinstance(app.screen, ModalScreen):
                    await press(pilot, "left", "enter")
                await check(pilot, f"tab {tab} result {place}")
                for _ in range(5):
                    app.screen.query_one("ResultPane TabLine", TabLine).action_step(1)
                    await check(pilot, f"tab {tab} views {place}")
                await press(pilot, "ctrl+t")
            await press(pilot, "escape", "right_square_bracket")
