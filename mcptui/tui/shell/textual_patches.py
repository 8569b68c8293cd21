"""Faults of Textual that are corrected here, for every list that it opens: menus, the palette and our own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from textual.widgets import OptionList


def patch_textual() -> None:
    """A page up or down in a list that was not laid out yet does nothing; Textual 8.2 ends the app (``KeyError``)."""
    for name in ("action_page_up", "action_page_down"):
        setattr(OptionList, name, _suppressing_key_error(getattr(OptionList, name)))


def _suppressing_key_error(action: Callable[[Any], None]) -> Callable[[Any], None]:
    def page(self: Any) -> None:
        with suppress(KeyError):
            action(self)

    return page
