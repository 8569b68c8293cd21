"""Tabs on one line."""

from __future__ import annotations

from textual.app import App, ComposeResult

from mcptui.tui.widgets.tab_line import TabLine
from tests.support.screens import text_grid


class TabApp(App[None]):
    """Only a line of tabs."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield TabLine({"a": "Alpha", "b": "Beta", "c": "Gamma"})

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        self.chosen.append(event.tab)


async def test_the_current_tab_has_a_mark() -> None:
    app = TabApp()
    async with app.run_test() as pilot:
        line = app.query_one(TabLine)
        assert text_grid(app).splitlines()[0].rstrip() == "▸Alpha  Beta  Gamma"
        line.focus()
        await pilot.press("right", "right", "l", "h")
        assert app.chosen == ["b", "c", "a", "c"]
        line.set_label("c", "[x] 3")
        await pilot.pause()
        assert text_grid(app).splitlines()[0].rstrip() == " Alpha  Beta ▸[x] 3"
        line.current = "c"
        await pilot.click("_TabLabel")
        assert app.chosen[-1] == "a"
