"""A list of options with the keys of every list, readable under the cursor in every theme."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.visual import Visual
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mcptui.tui.widgets.vim_keys import CURSOR_KEYS, OPTION_ENDS


class PickList(OptionList):
    """Options whose own colours do not count where the cursor is: a muted word would be unreadable there."""

    BINDINGS: ClassVar[list[BindingType]] = [*CURSOR_KEYS, *OPTION_ENDS]

    def _get_visual(self, option: Option) -> Visual:
        visual = super()._get_visual(option)
        is_cursor = self.has_focus and self.highlighted_option is option
        return Content(visual.plain) if is_cursor and isinstance(visual, Content) else visual
