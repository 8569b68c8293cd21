"""A new key is shown once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from mcptui.access.subjects import Ref
from mcptui.tui.access.box_pane import ServerBoxes
from mcptui.tui.access.key_dialog import KeyDialog
from mcptui.tui.access.screen import AccessScreen
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.tab_line import TabLine
from tests.support.pilot import press, save, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import svg_scene, terminal_output, text_grid

SIZES = [(60, 20), (80, 24), (120, 36), (200, 60)]


async def open_access(pilot: Pilot[Any], *keys: str) -> AccessScreen:
    await settle(pilot)
    await press(pilot, "2")
    screen = pilot.app.screen
    assert isinstance(screen, AccessScreen)
    await press(pilot, *keys)
    return screen


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    """Whether a screen of ``kind`` is on top; a function, so that the type checker does not remember."""
    return isinstance(app.screen, kind)


def assert_hidden(app: App[Any], secret: str) -> None:
    for shown in (text_grid(app), terminal_output(app), svg_scene(app)):
        assert secret not in shown
        assert secret[10:24] not in shown


async def test_a_new_key_is_shown_once_and_never_on_the_screen(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_access(pilot, "n")
        check_screen(app, "kind")
        await press(pilot, "enter")
        form: Screen[Any] = app.screen
        form.query_one("#name", Input).value = "phone"
        form.query_one("#expires", Input).value = "30d"
        form.query_one(ServerBoxes).focus()
        await press(pilot, "j", "j", "space")
        check_screen(app, "form")
        await save(pilot)
        dialog: Screen[Any] = app.screen
        assert showing(app, KeyDialog)
        key = app.state.keys["phone"]
        assert key.servers == ("deepwiki",)
        assert key.expires is not None
        await press(pilot, "y")
        secret = app.clipboard
        assert secret.startswith("sk-mcptui-")
        await press(pilot, "Y")
        assert secret in app.clipboard
        assert "mcpServers" in app.clipboard
        for _ in range(6):
            dialog.query_one(TabLine).action_step(1)
            await settle(pilot)
            assert_hidden(app, secret)
        await press(pilot, "escape")
        assert showing(app, AccessScreen), "it was copied"
        assert screen.current == Ref("key", "phone")
        assert_hidden(app, secret)


async def test_closing_asks_while_the_key_was_not_copied(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        app.push_screen(KeyDialog("phone", "sk-mcptui-canary", "sk-…ary", "http://127.0.0.1:4000"))
        await settle(pilot)
        assert "not copied yet" in text_grid(app)
        await press(pilot, "escape")
        assert showing(app, ConfirmDialog)
        await press(pilot, "enter")
        assert showing(app, KeyDialog)
        await press(pilot, "y")
        assert "✓ copied" in text_grid(app)
        await press(pilot, "escape")
        assert not showing(app, ConfirmDialog)
