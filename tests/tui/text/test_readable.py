"""The text that a screen shows."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import Button, TextArea

from mcptui.tui.text.readable import readable_text
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.log_pane import LogPane


class TextsApp(App[None]):
    """One of each."""

    def compose(self) -> ComposeResult:
        yield Button("x")
        yield DetailPane()
        yield LogPane("Log")
        yield TextArea("of the area")

    def on_mount(self) -> None:
        self.query_one(DetailPane).show("t", Content("of the pane"))
        self.query_one(LogPane).add(["one", "two"])


@pytest.mark.parametrize(
    ("focused", "text"),
    [
        ("DetailPane", "of the pane"),
        ("LinesLog", "one\ntwo"),
        ("TextArea", "of the area"),
        # What shows no text leaves it to the first field on the screen.
        ("Button", "of the area"),
        (None, "of the area"),
    ],
)
async def test_the_focus_says_what_is_read(focused: str | None, text: str) -> None:
    app = TextsApp()
    async with app.run_test(size=(80, 60)) as pilot:
        app.screen.set_focus(app.query(focused).first() if focused else None)
        await pilot.pause()
        assert readable_text(app.screen) == text


async def test_a_screen_without_any_has_none() -> None:
    async with App[None]().run_test() as pilot:
        assert readable_text(pilot.app.screen) == ""
