from __future__ import annotations

from textual.app import App, ComposeResult

from mcptui.tui.widgets.choice_line import ChoiceLine
from tests.support.screens import text_grid


class Choosing(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def compose(self) -> ComposeResult:
        yield ChoiceLine("Colour", [("r", "red [/x]"), ("g", "green"), (False, "none")])

    def on_choice_line_changed(self, event: ChoiceLine.Changed) -> None:
        self.seen.append(event.line.value)


async def test_values_are_stepped_through_and_listed() -> None:
    app = Choosing()
    async with app.run_test(size=(40, 10)) as pilot:
        line = app.query_one(ChoiceLine)
        assert line.value == "r"
        assert text_grid(app).splitlines()[0].strip().endswith("▼")
        assert "red [/x]" in text_grid(app)
        await pilot.press("tab", "right", "left", "left")
        assert not line.value
        await pilot.press("enter")
        await pilot.pause()
        assert "Colour" in text_grid(app)
        await pilot.press("k", "enter")
        await pilot.pause()
        assert line.value == "g"
        await pilot.press("space")
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert line.value == "g"
        assert app.seen == ["g", "r", False, "g"]
