"""Setting up models from the Chat mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from mcptui.model import State
from mcptui.tui.chat.model_dialog import ModelDialog
from tests.support.chat import (
    open_chat,
    showing,
)
from tests.support.pilot import press, save
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_without_a_model_one_can_be_set_up(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(State())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_chat(pilot)
        check_screen(app, "none")
        await press(pilot, "f2")
        check_screen(app, "form")
        dialog: Screen[Any] = app.screen
        await save(pilot)
        assert "✗ must not be empty" in text_grid(app)
        dialog.query_one("#model", Input).value = "llama"
        dialog.query_one("#base_url", Input).value = "localhost"
        await save(pilot)
        assert "✗ is not a URL. It must start with http:// or" in text_grid(app)
        dialog.query_one("#base_url", Input).value = "http://localhost:11434/v1/"
        dialog.query_one("#name", Input).value = "[x]"
        await save(pilot)
        assert showing(app, ModelDialog)
        dialog.query_one("#name", Input).value = ""
        await save(pilot)
        model = app.state.models["llama"]
        assert (model.base_url, model.api, model.api_key) == ("http://localhost:11434/v1", "chat", None)
        assert screen.header.model == "llama"
