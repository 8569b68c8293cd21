"""Boxes drawn as text."""

from __future__ import annotations

from textual.app import App, ComposeResult

from mcptui.tui.widgets.box_list import Box, BoxList, BoxRow
from tests.support.screens import text_grid


class BoxApp(App[None]):
    """Only a list."""

    def __init__(self) -> None:
        super().__init__()
        self.toggled: list[str] = []

    def compose(self) -> ComposeResult:
        yield BoxList([BoxRow("a", Box.ON, "[x] list[int]", "[/b] note"), BoxRow("b", Box.OFF, "two", dirty=True)])

    def on_box_list_toggled(self, event: BoxList.Toggled) -> None:
        self.toggled.append(event.id)


async def test_state_is_text_and_labels_are_literal() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        grid = text_grid(app).splitlines()
        assert grid[0].startswith("[x] [x] list[int]  [/b] note")
        assert grid[1].startswith("[ ]*two")
        boxes = app.query_one(BoxList)
        boxes.focus()
        await pilot.press("space", "j", "enter")
        assert app.toggled == ["a", "b"]
        boxes.set_rows([BoxRow("a", Box.SILENT, "[x] list[int]"), BoxRow("b", Box.OFF, "two")])
        assert boxes.highlighted == 1
        assert boxes.cursor_row == BoxRow("b", Box.OFF, "two")
        boxes.set_rows([BoxRow("c", Box.ON, "only")])
        await pilot.pause()
        assert text_grid(app).splitlines()[0].startswith("[x] only")
        boxes.set_rows([])
        assert boxes.cursor_row is None
