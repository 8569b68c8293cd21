"""What Textual gets wrong and is corrected here, before the first app is made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.css.model import RuleSet
from textual.widgets import OptionList


def patch_textual() -> None:
    """Correct Textual 8.2.

    A page up or down in a list that was not laid out yet does nothing instead of ending the app (``KeyError``); this
    is for every list that it opens: menus, the palette and our own.

    Rule sets keep the hash of their identity, but without a call of Python: Textual looks up every rule of the style
    sheet for every widget whose styles it updates, and spent a tenth of the app's time on those calls.
    """
    for name in ("action_page_up", "action_page_down"):
        setattr(OptionList, name, _suppressing_key_error(getattr(OptionList, name)))
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]


def _suppressing_key_error(action: Callable[[Any], None]) -> Callable[[Any], None]:
    def page(self: Any) -> None:
        with suppress(KeyError):
            action(self)

    return page
