"""Setting up models from the Chat mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from mcptui.model import State
from mcptui.tui.chat.model_dialog import ModelDialog
from tests.support.chat import (
    open_chat,
    showing,
)
from tests.support.pilot import press, save, saved
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_without_a_model_one_can_be_set_up(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(State())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_chat(pilot)
        check_screen(app, "none")
        await press(pilot, "f6")
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


async def test_models_are_listed_with_their_users_and_deleted(make_app: MakeApp) -> None:
    model = next(iter(data.STATE.models))
    name, key = next(iter(data.STATE.keys.items()))
    app = make_app(replace(data.STATE, keys={name: replace(key, models=(model,))}))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, "f6")
        assert "used by" in text_grid(app)
        await press(pilot, "d")
        assert f"Delete model {model}?" in text_grid(app)
        assert f"Access of key {name} names it" in text_grid(app)
        await press(pilot, "y")
        await saved(pilot)
        assert model not in app.state.models
        await press(pilot, "escape", "u")
        await saved(pilot)
        assert model in app.state.models
