"""Lines that keep coming, with a filter."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Log

from mcptui.protocol.text import one_line
from mcptui.tui.widgets.vim_keys import SCROLL_KEYS

_KEPT: Final = 2000
_LINE_LIMIT: Final = 2000


class LinesLog(Log):
    """A log with vi keys."""

    BINDINGS: ClassVar[list[BindingType]] = SCROLL_KEYS


class LogPane(Vertical):
    """Follows its end until ``f`` stops that; ``/`` filters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", show=False),
        Binding("f", "follow", "Follow the end", show=False),
        Binding("escape", "clear_filter", "Clear the filter", show=False),
    ]
    DEFAULT_CSS = """
    LogPane {
        border: round $border-blurred; border-title-color: $foreground-muted;
        border-subtitle-color: $foreground-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > LinesLog { height: 1fr; background: transparent; padding: 0 1; scrollbar-size: 0 1; }
        & > Input { dock: bottom; height: 1; border: none; padding: 0 1; background: $surface; display: none; }
        &.-filtering > Input { display: block; }
    }
    """

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content(title)
        self._lines: deque[str] = deque(maxlen=_KEPT)

    def compose(self) -> ComposeResult:
        yield LinesLog(max_lines=_KEPT, highlight=False)
        yield Input(placeholder="filter", compact=True)

    @property
    def log_widget(self) -> LinesLog:
        """The lines, for focus and scrolling."""
        return self.query_one(LinesLog)

    @property
    def lines(self) -> list[str]:
        """All lines that are kept."""
        return list(self._lines)

    def add(self, lines: Iterable[str]) -> None:
        """Append lines, made safe to show."""
        new = [one_line(line, limit=_LINE_LIMIT) for line in lines]
        self._lines.extend(new)
        self.log_widget.write_lines(self._matching(new))
        self._count()

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()
        self.log_widget.clear()

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def action_clear_filter(self) -> None:
        """Drop the filter."""
        self.query_one(Input).value = ""
        self.remove_class("-filtering")
        self.log_widget.focus()

    def action_follow(self) -> None:
        """Stay at the end, or stop doing so."""
        log = self.log_widget
        log.auto_scroll = not log.auto_scroll
        if log.auto_scroll:
            log.scroll_end(animate=False)
        self._count()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear_filter":
            return self.has_class("-filtering")
        return True

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.log_widget.clear()
        self.log_widget.write_lines(self._matching(self._lines))
        self._count()

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.log_widget.focus()

    def _matching(self, lines: Iterable[str]) -> list[str]:
        words = self.query_one(Input).value.casefold().split()
        return [line for line in lines if all(word in line.casefold() for word in words)]

    def _count(self) -> None:
        parts = [] if self.log_widget.auto_scroll else ["not following"]
        if self.query_one(Input).value.strip():
            parts.append(f"{len(self._matching(self._lines))}/{len(self._lines)}")
        self.border_subtitle = Content(" · ".join(parts))
