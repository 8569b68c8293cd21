"""What Textual gets wrong, with the widgets that people meet it in."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Select
from textual.widgets._select import SelectOverlay

import mcptui.tui.shell.app  # noqa: F401  mends


class Choice(App[None]):
    def compose(self) -> ComposeResult:
        yield Select.from_values(["a", "b"], value="a")


@pytest.mark.parametrize("action", ["page_up", "page_down"])
async def test_paging_in_a_list_that_was_never_shown(action: str) -> None:
    app = Choice()
    async with app.run_test():
        widget = app.query_one(SelectOverlay)
        widget.display = False
        widget.clear_options().add_options(["x", "y"])
        widget.highlighted = 1
        await widget.run_action(action)
        assert widget.highlighted is not None
