"""A pane with text."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content

from mcptui.tui.widgets.detail_pane import DetailPane

LONG = Content("\n".join(f"line {number}" for number in range(100)))


class PaneApp(App[None]):
    """Only a pane."""

    CSS = "DetailPane { height: 10; }"

    def compose(self) -> ComposeResult:
        yield DetailPane("First")

    @property
    def pane(self) -> DetailPane:
        return self.query_one(DetailPane)


async def test_title_and_text_are_replaced_and_literal() -> None:
    app = PaneApp()
    async with app.run_test():
        assert app.pane.text == ""
        app.pane.show("a\nb\x1b[2J", Content("[x]"))
        assert "\x1b" not in str(app.pane.border_title)
        assert app.pane.text == "[x]"


async def test_the_place_is_kept_unless_it_is_about_something_else() -> None:
    app = PaneApp()
    async with app.run_test() as pilot:
        app.pane.show("One", LONG)
        await pilot.pause()
        app.pane.focus()
        await pilot.press("G")
        end = app.pane.scroll_y
        app.pane.show("One", LONG + Content("\nmore"))
        await pilot.pause()
        kept = app.pane.scroll_y
        app.pane.show("Another", LONG, keep_place=False)
        await pilot.pause()
        assert end > 0
        assert (kept, app.pane.scroll_y) == (end, 0)


async def test_the_text_has_the_same_width_with_and_without_a_scrollbar() -> None:
    app = PaneApp()
    async with app.run_test(size=(60, 20)) as pilot:
        widths = []
        for content in (Content("short"), LONG):
            app.pane.show("One", content)
            await pilot.pause()
            widths.append(app.pane.text_width)
    assert len(set(widths)) == 1
