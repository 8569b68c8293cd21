"""Lines that keep coming, with a filter."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Log

from mcptui.protocol.text import one_line
from mcptui.tui.background import background
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.vim_keys import SCROLL_KEYS

_KEPT: Final = 10_000
_LINE_LIMIT: Final = 2000
#: A filter that is still being typed is not looked up at each letter, seconds.
_PAUSE: Final = 0.1
#: The level stands near the beginning of a line, behind the time.
_LEVEL: Final = re.compile(r"^.{0,40}?\b(DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL)\b")
_LEVELS: Final = {"DEBUG": 0, "INFO": 1, "WARN": 2, "WARNING": 2, "ERROR": 3, "CRITICAL": 3}
_LEVEL_WORDS: Final = ("", "info and above", "warnings and errors", "errors only")


class LinesLog(Log):
    """A log with vi keys."""

    BINDINGS: ClassVar[list[BindingType]] = SCROLL_KEYS


class LogPane(Vertical):
    """Follows its end until ``f`` stops that; ``/`` filters, ``L`` leaves out lower levels."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.FILTER.bind("filter", "Filter"),
        meanings.FOLLOW.bind("follow", "Follow the end"),
        meanings.LEVEL.bind("level", "Minimum level"),
        meanings.BACK.bind("clear_filter", "Clear the filter"),
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
        self._lines: deque[tuple[int, str]] = deque(maxlen=_KEPT)
        self._least = 0
        #: How many of the lines are shown.
        self._matched = 0

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
        return [line for _, line in self._lines]

    def add(self, lines: Iterable[str]) -> None:
        """Append lines, made safe to show."""
        new: list[tuple[int, str]] = []
        level = self._lines[-1][0] if self._lines else 1
        for line in lines:
            # What has no level belongs to the line before, as the lines of a traceback do.
            found = _LEVEL.match(line[:80])
            level = _LEVELS[found[1]] if found is not None else level
            new.append((level, one_line(line, limit=_LINE_LIMIT)))
        new = new[-_KEPT:]
        forgotten = islice(self._lines, max(len(self._lines) + len(new) - _KEPT, 0))
        shown = self._matching(new)
        self._matched += len(shown) - len(self._matching(forgotten))
        self._lines.extend(new)
        self.log_widget.write_lines(shown)
        self._count()

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()
        self._matched = 0
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

    def action_level(self) -> None:
        """Leave out one level more, or none again."""
        self._least = (self._least + 1) % len(_LEVEL_WORDS)
        self._show_again()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear_filter":
            return self.has_class("-filtering")
        return True

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.filter_soon()

    @background(group="filter", exclusive=True)
    async def filter_soon(self) -> None:
        """Show what matches once nothing is typed any more."""
        await asyncio.sleep(_PAUSE)
        self._show_again()

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.log_widget.focus()

    def _show_again(self) -> None:
        shown = self._matching(self._lines)
        self._matched = len(shown)
        self.log_widget.clear()
        self.log_widget.write_lines(shown)
        self._count()

    def _matching(self, lines: Iterable[tuple[int, str]]) -> list[str]:
        words = self.query_one(Input).value.casefold().split()
        return [
            line for level, line in lines if level >= self._least and all(word in line.casefold() for word in words)
        ]

    def _count(self) -> None:
        parts = [] if self.log_widget.auto_scroll else ["not following"]
        if self._least:
            parts.append(_LEVEL_WORDS[self._least])
        if self.query_one(Input).value.strip() or self._least:
            parts.append(f"{self._matched}/{len(self._lines)}")
        self.border_subtitle = Content(" · ".join(parts))
