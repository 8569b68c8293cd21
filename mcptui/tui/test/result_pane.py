"""The result of a call: readable, as JSON, as it came, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from mcptui.protocol.text import one_line, visible
from mcptui.tui.clock import size
from mcptui.tui.test.outcome import Outcome
from mcptui.tui.tone import toned
from mcptui.tui.widgets.tab_line import TabLine
from mcptui.tui.widgets.vim_keys import SCROLL_KEYS

#: More than this is slow to show and to scroll; copying takes all of it.
MAX_SHOWN: Final = 200_000
MAX_LINES: Final = 2_000
_VIEWS: Final[Mapping[str, str]] = {
    "pretty": "Pretty",
    "json": "JSON",
    "raw": "Raw",
    "timing": "Timing",
    "log": "Log",
}


class ResultText(TextArea):
    """Read-only text with the keys of a list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *SCROLL_KEYS,
        Binding("g", "cursor_top", show=False),
        Binding("G", "cursor_bottom", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(read_only=True, compact=True, soft_wrap=True, show_cursor=False, highlight_cursor_line=False)

    def action_scroll_home(self) -> None:
        self.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        self.scroll_end(animate=False)

    def action_page_down(self) -> None:
        self.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        self.scroll_page_up(animate=False)


class ResultPane(Vertical):
    """Shows one :class:`Outcome`."""

    DEFAULT_CSS = """
    ResultPane { border: round $border-blurred; border-title-color: $foreground-muted; }
    ResultPane:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
    ResultPane > .headline { height: auto; max-height: 2; padding: 0 1; }
    ResultPane > TabLine { padding: 0; margin: 0 0 0 0; }
    ResultPane > ResultText { height: 1fr; background: transparent; padding: 0 1; scrollbar-size-vertical: 1; }
    ResultPane > .note { height: auto; padding: 0 1; display: none; }
    ResultPane.-cut > .note { display: block; }
    """

    tabs = getters.query_one(TabLine)
    text_area = getters.query_one(ResultText)
    _headline = getters.query_one(".headline", Static)
    _note = getters.query_one(".note", Static)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content("Result")
        self._outcome: Outcome | None = None

    def compose(self) -> ComposeResult:
        yield Static(classes="headline")
        yield TabLine(_VIEWS)
        yield ResultText()
        yield Static(classes="note")

    @property
    def outcome(self) -> Outcome | None:
        """What is shown."""
        return self._outcome

    def show(self, outcome: Outcome) -> None:
        """Show how a call ended."""
        self._outcome = outcome
        params = outcome.facts.request.params
        self.border_title = Content(f"Result of {one_line(str(params.get('name') or params.get('uri')), limit=60)}")
        words, tone = outcome.headline
        self._headline.update(toned(words, tone))
        self.tabs.set_label("log", f"Log {len(outcome.facts.log)}" if outcome.facts.log else "Log")
        self._draw()

    def current_text(self) -> str:
        """The whole text of the current view, for copying."""
        return visible(self._text())

    @on(TabLine.Chosen)
    def _view_chosen(self, event: TabLine.Chosen) -> None:
        event.stop()
        self._draw()

    def _text(self) -> str:
        if self._outcome is None:
            return ""
        text: str = attrgetter(self.tabs.current)(self._outcome)
        return text

    def _draw(self) -> None:
        text = self._text()
        shown = cut(text)
        area = self.text_area
        # Highlighting a large text blocks the app for seconds.
        area.language = "json" if self.tabs.current == "json" and len(shown) < MAX_SHOWN // 4 else None
        area.text = visible(shown) or "Nothing."
        area.scroll_home(animate=False)
        self.set_class(shown != text, "-cut")
        if shown != text:
            amount = size(len(text.encode("utf-8", "replace")))
            self._note.update(toned(f"Cut: the first part of {amount} is shown; y copies all of it.", "warn"))


def cut(text: str) -> str:
    """The beginning of ``text`` that can be shown quickly."""
    text_part = text[:MAX_SHOWN]
    lines = text_part.split("\n", MAX_LINES)
    return "\n".join(lines[:MAX_LINES]) if len(lines) > MAX_LINES else text_part
