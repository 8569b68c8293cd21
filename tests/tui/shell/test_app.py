"""The shell: modes, help, palette, undo, errors, leaving."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.model import State
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.base import ModeScreen
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid


async def test_digits_open_the_modes(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        for key, mode in zip("54321", ["gateway", "chat", "test", "access", "servers"], strict=True):
            await press(pilot, key)
            assert isinstance(app.screen, ModeScreen)
            assert mode == app.screen.MODE.id
            # The text field of the Chat mode takes digits until it is left.
            await press(pilot, "escape")


async def test_escape_never_quits(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "escape", "escape", "escape")
        assert app.is_running


async def test_reveal_puts_the_cursor_on_a_server(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "5")
        await app.reveal("server", "time")
        await settle(pilot)
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "time"


async def test_a_broken_state_file_is_shown_and_the_app_starts(make_app: MakeApp) -> None:
    app = make_app()
    app.context.workspace.paths.config_file.write_text("[servers\n", encoding="utf-8")
    async with app.run_test(size=(100, 24)) as pilot:
        await app.reload_state()
        await settle(pilot)
        assert app.state_error is not None
        assert "mcptui.toml has an error" in text_grid(app)
        assert "deepwiki" in text_grid(app)


@pytest.mark.parametrize("theme", ["mcptui-dark", "mcptui-light", "mcptui-contrast", "mcptui-mono"])
async def test_every_shipped_theme_draws_every_mode(make_app: MakeApp, theme: str) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        app.theme = theme
        await settle(pilot)
        await press(pilot, "5", "1")
        assert "deepwiki" in text_grid(app)


async def test_a_theme_file_takes_effect_while_the_app_runs(make_app: MakeApp) -> None:
    app = make_app()
    folder = app.context.workspace.paths.themes_dir
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        folder.mkdir(parents=True)
        (folder / "mine.toml").write_text('primary = "#112233"\n', encoding="utf-8")
        (folder / "bad.toml").write_text('primary = "blueish"\n', encoding="utf-8")
        app.reread_files()
        assert "mine" in app.available_themes
        assert "bad.toml: primary 'blueish' is not a colour" in app.errors.entries[-1].message


async def test_hostile_names_reach_no_terminal(make_app: MakeApp) -> None:
    evil = "[/x][@click=app.leave]z\x1b]0;owned\x07\u202e"
    server = replace(data.STATE.servers["files"], description=evil, tags=(evil,))
    status = replace(data.STATUS.servers[2], reason=evil, hint=evil, stderr=(evil,), server_info={"name": evil})
    tool = {"name": evil, "description": evil, "inputSchema": {}}
    listed = replace(data.LISTED[None], tools=[tool], owners={evil: ("files", evil)})
    gateway = demo_gateway(running=replace(data.STATUS, servers=(status,)), by_key={None: listed}, lines=[evil])
    app = make_app(State(servers={"files": server}), gateway)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        app.say(evil)
        await settle(pilot)
        output = terminal_output(app)
        assert "\x1b]0" not in output
        assert "\u202e" not in output
        assert "[/x][@click=app.leave]z\\u001b]0;owned" in text_grid(app)
        await press(pilot, "5")
        assert "\x1b]0" not in terminal_output(app)
