"""Cursor keys, those of vi too, for widgets that move a cursor or scroll."""

from __future__ import annotations

from typing import Final

from textual.binding import BindingType

from mcptui.tui.keys import meanings

#: For OptionList.
CURSOR_KEYS: Final[list[BindingType]] = [
    meanings.DOWN.bind("cursor_down"),
    meanings.UP.bind("cursor_up"),
    meanings.PAGE_DOWN.bind("page_down"),
    meanings.PAGE_UP.bind("page_up"),
]

#: For containers and read-only text.
SCROLL_KEYS: Final[list[BindingType]] = [
    meanings.DOWN.bind("scroll_down"),
    meanings.UP.bind("scroll_up"),
    meanings.FIRST.bind("scroll_home"),
    meanings.LAST.bind("scroll_end"),
    meanings.PAGE_DOWN.bind("page_down"),
    meanings.PAGE_UP.bind("page_up"),
]

#: Beginning and end, where the widget calls them so.
OPTION_ENDS: Final[list[BindingType]] = [meanings.FIRST.bind("first"), meanings.LAST.bind("last")]
