"""Faults of Textual that are corrected here, for every list that it opens: menus, the palette and our own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual.events import Key
from textual.widgets import Input, OptionList, TextArea


def patch_textual() -> None:
    """Correct Textual 8.2.

    A page up or down in a list that was not laid out yet does nothing instead of ending the app (``KeyError``).

    A key that is bound in a text field (backspace, an arrow) works there, in the order of the keys. Textual sends it up
    to the app first, and letters that were typed after it overtake it where the app is slow (Textual #6605).
    """
    for name in ("action_page_up", "action_page_down"):
        setattr(OptionList, name, _suppressing_key_error(getattr(OptionList, name)))
    for field, handler in ((Input, "_on_key"), (TextArea, "_on_key")):
        setattr(field, handler, _own_keys_in_order(getattr(field, handler)))


def _suppressing_key_error(action: Callable[[Any], None]) -> Callable[[Any], None]:
    def page(self: Any) -> None:
        with suppress(KeyError):
            action(self)

    return page


def _own_keys_in_order(on_key: Callable[[Any, Key], Awaitable[None]]) -> Callable[[Any, Key], Awaitable[None]]:
    async def _on_key(self: Any, event: Key) -> None:
        # Whatever has the focus is asked first anyway; bindings with priority were looked at before.
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
        await on_key(self, event)

    return _on_key
