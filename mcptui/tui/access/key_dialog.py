"""A new key, shown once and hidden until revealed, with client configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static, TextArea

from mcptui.errors import McptuiError
from mcptui.interop.exports import client_config
from mcptui.protocol.text import one_line
from mcptui.tui.background import background, close_screen
from mcptui.tui.clients.install_screen import InstallScreen
from mcptui.tui.keys import meanings
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.buttons import ButtonRow, LineButton
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.secret_field import SecretField
from mcptui.tui.widgets.tab_line import TabLine

_CLIENTS: Final[Mapping[str, str]] = {
    "cursor": "Cursor",
    "claude": "Claude",
    "claude-code": "Claude Code",
    "vscode": "VS Code",
    "openai": "Responses API",
    "curl": "curl",
    "python": "Python",
}


class KeyDialog(ModalScreen[None]):
    """Asks before it closes, unless the key was copied or installed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Close"),
        meanings.COPY.bind("copy_key", "Copy the key"),
        meanings.COPY_AS.bind("copy_config", "Copy the configuration"),
        meanings.CONNECT.bind("install", "Install into a client"),
    ]
    DEFAULT_CSS = """
    KeyDialog { align: center middle; }
    KeyDialog > Vertical {
        width: 92; max-width: 96%; height: 30; max-height: 94%; padding: 1 2 0 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    KeyDialog .key-row { height: 1; }
    KeyDialog .key-row > SecretField { width: 1fr; background: $panel; }
    KeyDialog .key-row > Button { margin-left: 1; }
    KeyDialog #copied { margin: 1 0; height: 1; }
    KeyDialog TextArea { height: 1fr; background: $panel; }
    KeyDialog .buttons { margin: 1 0; }
    """

    app = getters.app(Shell)
    tabs = getters.query_one(TabLine)
    _config = getters.query_one(TextArea)

    def __init__(self, name: str, secret: str, hint: str, base_url: str, *, note: str = "") -> None:
        super().__init__()
        self._key_name = name
        self._secret = secret
        self._hint = hint
        self._base_url = base_url
        self._note = note
        self._is_saved = False

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(f"Key {one_line(self._key_name, limit=64)}")
            text = "Copy it now; it cannot be shown again. (ctrl+r reveals)"
            yield Static(Content(f"{self._note} {text}".strip()))
            with Horizontal(classes="key-row"):
                yield SecretField(self._secret, id="secret", read_only=True)
                yield LineButton("Copy (y)", variant="primary", id="copy-key")
            yield Static(id="copied")
            yield TabLine(_CLIENTS)
            # The key is covered here too; copying puts the real one in.
            yield TextArea(read_only=True, compact=True, show_cursor=False, soft_wrap=True)
            with ButtonRow(classes="buttons"):
                yield LineButton("Install into a client (c)", id="install")
                yield LineButton("Copy configuration (Y)", id="copy-config")
                yield LineButton("Close (esc)", id="close")

    def on_mount(self) -> None:
        self._draw_saved()
        self._draw_config()
        self.query_one("#copy-key", Button).focus()

    @on(TabLine.Chosen)
    def _draw_config(self) -> None:
        covered = self._hint or "••••"
        try:
            self._config.text = self._configuration(self._secret).replace(self._secret, covered)
        except McptuiError as error:
            self._config.text = f"{error.message}\n{error.hint}"

    def _configuration(self, key: str) -> str:
        self.app.gateway_view.require_own_address()
        return client_config(self.tabs.current, base_url=self._base_url, key=key)

    def _draw_saved(self) -> None:
        saved = toned("✓ copied or installed", "ok") if self._is_saved else toned("not copied yet", "warn")
        self.query_one("#copied", Static).update(saved)

    @on(Button.Pressed, "#copy-key")
    def action_copy_key(self) -> None:
        """Copy the key; the message shows only its length."""
        self._copy(self._secret)

    @on(Button.Pressed, "#copy-config")
    def action_copy_config(self) -> None:
        """Copy the shown configuration with the key in it."""
        try:
            self._copy(self._configuration(self._secret))
        except McptuiError as error:
            self.app.show_error(error)

    @on(Button.Pressed, "#install")
    def action_install(self) -> None:
        """Write it into the file of a client; the change is shown first."""
        screen = InstallScreen(self._key_name, self._secret)

        def closed(_: None) -> None:
            self._is_saved |= screen.has_written
            self._draw_saved()

        self.app.push_screen(screen, closed)

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self._is_saved = True
        self._draw_saved()
        self.notify(f"Copied, {len(text)} characters", markup=False)

    @on(Button.Pressed, "#close")
    @background(group="dialog", exclusive=True)
    async def action_close(self) -> None:
        """Close; asks first while the key was neither copied nor installed."""
        if not self._is_saved:
            text = "The key cannot be shown again. Without it, rotate the key to get a new one."
            answer = await self.app.push_screen_wait(ConfirmDialog("Close without copying the key?", text, "Close"))
            if answer != "confirm":
                return
        close_screen(self)
