"""Asks for the API key of a model whose provider has refused the one that is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mcptui.errors import McptuiError
from mcptui.protocol.text import one_line, visible
from mcptui.tui.background import background, close_screen
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.secret_field import SecretField

#: Keeps the key; raises McptuiError, which the dialog shows and stays open.
SaveKey: TypeAlias = Callable[[str], Awaitable[None]]


class KeyDialog(ModalScreen[bool]):
    """Returns whether another key was saved."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Cancel")]
    DEFAULT_CSS = """
    KeyDialog { align: center middle; }
    KeyDialog > Vertical {
        width: 76; max-width: 96%; height: auto; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    KeyDialog Static { height: auto; }
    KeyDialog Input { background: $panel; margin: 1 0; }
    """

    def __init__(self, model: str, why: str, save: SaveKey, store: str) -> None:
        super().__init__()
        self._model = model
        self._why = why
        self._save = save
        self._store = store

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(f"API key of {one_line(self._model, limit=40)}")
            yield Static(Content(visible(self._why, limit=400)))
            yield SecretField(placeholder="API key", id="api_key")
            yield Static(toned(f"enter save in the secret store ({self._store}) · esc cancel", "muted"), id="end")

    @on(Input.Submitted)
    @background(group="save", exclusive=True)
    async def keep(self, event: Input.Submitted) -> None:
        """Save; what is wrong is shown and the dialog stays."""
        event.stop()
        api_key = event.value.strip()
        if not api_key:
            return
        try:
            await self._save(api_key)
        except McptuiError as error:
            words = f"✗ {error.message} {error.hint or ''}".strip()
            self.query_one("#end", Static).update(toned(visible(words, limit=400), "bad"))
        else:
            close_screen(self, True)

    def action_close(self) -> None:
        """Leave the key as it is."""
        self.dismiss(False)
