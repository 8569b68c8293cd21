"""Asks for the value of one secret, which is covered while it is typed."""

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
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.secret_field import SecretField

#: Keeps the value; raises McptuiError, which the dialog shows and stays open.
SaveSecret: TypeAlias = Callable[[str], Awaitable[None]]


class SecretDialog(ModalScreen[bool]):
    """Returns whether a value was saved."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Cancel")]
    DEFAULT_CSS = """
    SecretDialog { align: center middle; }
    SecretDialog > Vertical {
        width: 76; max-width: 96%; height: auto; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    SecretDialog Static { height: auto; }
    SecretDialog Input { background: $panel; margin: 1 0; }
    """

    def __init__(self, title: str, text: str, save: SaveSecret, store: str) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._save = save
        self._store = store

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(one_line(self._title, limit=60))
            yield Static(Content(visible(self._text, limit=400)))
            yield SecretField(placeholder="value", id="secret")
            yield Static(toned(f"enter save in the secret store ({self._store}) · esc cancel", "muted"), id="end")

    @on(Input.Submitted)
    @background(group="save", exclusive=True)
    async def keep(self, event: Input.Submitted) -> None:
        """Save; what is wrong is shown and the dialog stays."""
        event.stop()
        value = event.value.strip()
        if not value:
            return
        try:
            await self._save(value)
        except McptuiError as error:
            words = f"✗ {error.message} {error.hint or ''}".strip()
            self.query_one("#end", Static).update(toned(visible(words, limit=400), "bad"))
        else:
            close_screen(self, True)

    def action_close(self) -> None:
        """Leave it as it is."""
        self.dismiss(False)


def store_name(app: Shell) -> str:
    """What the secret store is called."""
    return app.secret_status.backend if app.secret_status else "keyring"
