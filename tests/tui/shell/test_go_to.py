"""Groups, models, secrets and tools by their name."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from mcptui.model import Server
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.named_dialog import NamedDialog
from mcptui.tui.shell.go_to import opened_entries, tools_by_server
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

USING = Server(name="tracker", url="https://t/mcp", headers={"X-Key": "${secret:server/tracker/key}"})


@pytest.mark.parametrize(
    ("name", "title"), [("group @reading", "Edit group reading"), ("model gpt-4o", "Model gpt-4o")]
)
async def test_a_group_and_a_model_are_opened(make_app: MakeApp, name: str, title: str) -> None:
    app = make_app(gateway=demo_gateway())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "colon", *name, "enter")
        assert isinstance(app.screen, SettingsDialog)
        assert title in text_grid(app)


async def test_a_secret_is_listed_with_the_cursor_on_it(make_app: MakeApp) -> None:
    app = make_app(replace(data.STATE, servers={"tracker": USING}))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "colon", *"secret tracker", "enter")
        assert isinstance(app.screen, NamedDialog)
        await press(pilot, "enter")
        assert "Secret server/tracker/key" in text_grid(app)


async def test_a_setting_is_opened_with_the_cursor_in_it(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "colon", *"port", "enter")
        assert isinstance(app.screen, SettingsDialog)
        assert app.focused is not None
        assert app.focused.id == "port"


async def test_a_tool_is_opened_in_test(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "colon", *"tool github/list_issues", "enter")
        assert isinstance(app.screen, PlaygroundScreen)
        assert app.screen.item is not None
        assert app.screen.item.name == "github__list_issues"


async def test_tools_are_not_waited_for(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(gateway=demo_gateway())

    async def never(_: object) -> None:
        await asyncio.Event().wait()

    async with app.run_test() as pilot:
        await settle(pilot)
        monkeypatch.setattr("mcptui.tui.access.tools_known.known_tools", never)
        monkeypatch.setattr("mcptui.tui.shell.go_to._PATIENCE", 0)
        assert await tools_by_server(app) == {}
        titles = [entry.title for entry in opened_entries(app, {"git": ["push"]})]
        assert titles[0] == "group @reading"
        assert titles[-1] == "tool git/push"
