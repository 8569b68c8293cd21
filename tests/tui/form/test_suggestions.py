"""Proposals below a text field."""

from __future__ import annotations

from textual.app import App, ComposeResult

from mcptui.tui.form.suggestions import Suggestions


class SuggestionsApp(App[None]):
    """Only a list of proposals."""

    def compose(self) -> ComposeResult:
        yield Suggestions()


async def test_the_cursor_begins_at_either_end_and_goes_around() -> None:
    app = SuggestionsApp()
    async with app.run_test():
        shown = app.query_one(Suggestions)
        shown.move(1)
        assert (shown.is_open, shown.chosen) == (False, None)
        seen: list[str | None] = []
        for by in (1, -1):
            shown.propose(["a", "b"])
            assert shown.chosen is None
            for _ in range(3):
                shown.move(by)
                seen.append(shown.chosen)
        assert seen == ["a", "b", "a", "b", "a", "b"]
        shown.close()
        assert (shown.is_open, shown.chosen) == (False, None)


async def test_what_was_not_sent_is_counted_and_cannot_be_chosen() -> None:
    app = SuggestionsApp()
    async with app.run_test():
        shown = app.query_one(Suggestions)
        shown.propose(["a\x1b[31m", "[b]x"], more=3)
        texts = [str(option.prompt) for option in shown.options]
        assert texts[1:] == ["[b]x", "3 more, keep typing"]
        assert "\x1b" not in texts[0]
        shown.move(-1)
        assert shown.chosen == "[b]x"
        # What is chosen is sent as it came.
        assert shown.text_at(0) == "a\x1b[31m"
