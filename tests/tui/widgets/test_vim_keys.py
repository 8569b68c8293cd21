"""Keys of vi."""

from __future__ import annotations

import pytest
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList

from mcptui.tui.widgets.vim_keys import CURSOR_KEYS, OPTION_ENDS, SCROLL_KEYS


@pytest.mark.parametrize(
    ("keys", "widget"), [(CURSOR_KEYS, OptionList), (OPTION_ENDS, OptionList), (SCROLL_KEYS, VerticalScroll)]
)
def test_the_widgets_have_these_actions_and_the_footer_does_not_show_them(
    keys: list[BindingType], widget: type[Widget]
) -> None:
    for binding in keys:
        assert isinstance(binding, Binding)
        assert hasattr(widget, f"action_{binding.action}")
        assert not binding.show
