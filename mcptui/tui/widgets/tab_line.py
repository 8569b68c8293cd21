"""Tabs on one line; the current one has a mark, not only a colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import HorizontalScroll
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings


class _TabLabel(Static):
    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self, tab: str) -> None:
        super().__init__()
        self.tab = tab


class TabLine(HorizontalScroll, can_focus=True):
    """A row of tabs; ``left`` and ``right`` or a click change the current one."""

    DEFAULT_CSS = """
    TabLine { height: 1; scrollbar-size-horizontal: 0; }
    TabLine > _TabLabel { width: auto; padding: 0 1 0 0; color: $foreground-muted; }
    TabLine > _TabLabel.-current { color: $foreground; text-style: bold; }
    TabLine:focus > _TabLabel.-current { background: $block-cursor-background; color: $block-cursor-foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.LEFT.bind("step(-1)", "Previous tab"),
        meanings.RIGHT.bind("step(1)", "Next tab"),
    ]

    @dataclass
    class Chosen(Message):
        """Another tab is current."""

        line: TabLine
        tab: str

        @property
        def control(self) -> TabLine:
            return self.line

    def __init__(self, tabs: Mapping[str, str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._labels = dict(tabs)
        self._current = next(iter(self._labels))
        self._hidden: set[str] = set()
        self._widgets = {tab: _TabLabel(tab) for tab in self._labels}

    def compose(self) -> list[Static]:
        return list(self._widgets.values())

    def on_mount(self) -> None:
        self._draw()

    @property
    def current(self) -> str:
        """The id of the current tab."""
        return self._current

    @current.setter
    def current(self, tab: str) -> None:
        if tab != self._current:
            self._current = tab
            self._draw()
            self.post_message(self.Chosen(self, tab))

    def set_label(self, tab: str, label: str) -> None:
        """Change the text of one tab."""
        self._labels[tab] = label
        self._draw()

    def show_tab(self, tab: str, *, shown: bool) -> None:
        """Show or hide one tab; a hidden one cannot be current."""
        (self._hidden.discard if shown else self._hidden.add)(tab)
        self._widgets[tab].display = shown
        if self._current in self._hidden:
            self.current = next(tab for tab in self._labels if tab not in self._hidden)

    def action_step(self, by: int) -> None:
        """Go to the next or previous tab, around the ends."""
        tabs = [tab for tab in self._labels if tab not in self._hidden]
        self.current = tabs[(tabs.index(self._current) + by) % len(tabs)]

    def on_click(self, event: Click) -> None:
        if isinstance(event.widget, _TabLabel):
            self.current = event.widget.tab

    def _draw(self) -> None:
        for tab, widget in self._widgets.items():
            is_current = tab == self._current
            widget.set_class(is_current, "-current")
            widget.update(Content(f"{'▸' if is_current else ' '}{one_line(self._labels[tab], limit=30)}"))
        if self.is_mounted:
            self._widgets[self._current].scroll_visible(animate=False)
