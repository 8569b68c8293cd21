"""The form of a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from tests.support.chat import (
    open_chat,
)
from tests.support.pilot import press, save
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_a_model_can_be_changed(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_chat(pilot)
        await press(pilot, "f6", "enter")
        dialog: Screen[Any] = app.screen
        values = {"context_size": "128,000", "input_price": "$2.50", "output_price": "many"}
        for name, value in values.items():
            dialog.query_one(f"#{name}", Input).value = value
        await save(pilot)
        assert "✗ must be a number of US dollars, such as 2.5" in text_grid(app)
        dialog.query_one("#output_price", Input).value = ""
        await save(pilot)
        assert "both prices" in text_grid(app)
        dialog.query_one("#output_price", Input).value = "10"
        dialog.query_one("#context_size", Input).value = "much"
        await save(pilot)
        assert "✗ must be a whole number of at least 1" in text_grid(app)
        dialog.query_one("#context_size", Input).value = "128,000"
        check_screen(app)
        await save(pilot)
        before = data.STATE.models["gpt-4o"]
        expected = replace(before, context_size=128000, input_price=2.5, output_price=10.0)
        assert app.state.models["gpt-4o"] == expected
