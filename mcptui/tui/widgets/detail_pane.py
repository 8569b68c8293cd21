"""A bordered, scrollable pane with text."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from mcptui.protocol.text import one_line
from mcptui.tui.widgets.facts import hanging
from mcptui.tui.widgets.vim_keys import SCROLL_KEYS


class DetailPane(VerticalScroll):
    """Shows one :class:`Content`; scrolls when it is focused."""

    BINDINGS: ClassVar[list[BindingType]] = SCROLL_KEYS
    DEFAULT_CSS = """
    DetailPane {
        border: round $border-blurred; border-title-color: $foreground-muted; padding: 0 1;
        scrollbar-size-vertical: 1;
        &:focus { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > Static { height: auto; }
    }
    """

    def __init__(self, title: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content(title)
        self._shown: Content | None = None

    def on_resize(self) -> None:
        self._draw()

    def compose(self) -> ComposeResult:
        yield Static()

    @property
    def text_width(self) -> int:
        """How many columns the text has, also while it needs no scrollbar."""
        return max(self.size.width - 3, 20)

    @property
    def text(self) -> str:
        """What is shown, without styles."""
        return self._shown.plain if self._shown is not None else ""

    def show(self, title: str, content: Content, *, keep_place: bool = True) -> None:
        """Replace title and text; ``keep_place`` leaves the scroll position."""
        self.border_title = Content(one_line(title, limit=60))
        if self._shown is None or not self._shown.is_same(content):
            self._shown = content
            self._draw()
        if not keep_place:
            self.scroll_home(animate=False)

    def _draw(self) -> None:
        if self._shown is not None:
            self.query_one(Static).update(hanging(self._shown, self.text_width))
