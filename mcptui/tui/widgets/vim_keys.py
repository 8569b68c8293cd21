"""Cursor keys of vi for widgets that move a cursor or scroll."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType


def _hidden(key: str, action: str) -> Binding:
    return Binding(key, action, show=False)


#: For OptionList.
CURSOR_KEYS: Final[list[BindingType]] = [
    _hidden("j", "cursor_down"),
    _hidden("k", "cursor_up"),
    _hidden("ctrl+d", "page_down"),
    _hidden("ctrl+u", "page_up"),
]

#: For containers and read-only text.
SCROLL_KEYS: Final[list[BindingType]] = [
    _hidden("j", "scroll_down"),
    _hidden("k", "scroll_up"),
    _hidden("g", "scroll_home"),
    _hidden("G", "scroll_end"),
    _hidden("ctrl+d", "page_down"),
    _hidden("ctrl+u", "page_up"),
]

#: Beginning and end, where the widget calls them so.
OPTION_ENDS: Final[list[BindingType]] = [_hidden("g", "first"), _hidden("G", "last")]
