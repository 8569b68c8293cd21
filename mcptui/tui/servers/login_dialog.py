"""An OAuth login at a server: the page to open, and a field for the redirect URL of a browser elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any, ClassVar, Final, cast

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from mcptui.errors import McptuiError
from mcptui.protocol.text import one_line, visible
from mcptui.services.browser import has_browser, open_page
from mcptui.services.ports import GatewayPort
from mcptui.tui.background import background, close_screen
from mcptui.tui.clock import duration
from mcptui.tui.keys import meanings
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.buttons import ButtonRow, LineButton

_WAITING: Final = "Continue in your browser; this dialog closes when you are signed in."
_ELSEWHERE: Final = "Browser on another machine? Paste the redirect URL (the page may show an error):"


class LoginDialog(ModalScreen[str | None]):
    """Returns the granted scope after a login, else None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Cancel"),
        meanings.LOG_IN.bind("open", "Open"),
        meanings.COPY.bind("copy", "Copy"),
    ]
    DEFAULT_CSS = """
    LoginDialog { align: center middle; }
    LoginDialog > Vertical {
        width: 76; max-width: 96%; height: auto; max-height: 94%; padding: 1 2 0 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    LoginDialog Static { height: auto; }
    LoginDialog VerticalScroll { height: auto; max-height: 8; margin: 1 0; }
    LoginDialog Input { background: $panel; }
    LoginDialog #failure { margin-top: 1; display: none; }
    LoginDialog #failure.-shown { display: block; }
    LoginDialog .buttons { margin: 1 0; }
    """

    app = getters.app(Shell)

    def __init__(self, gateway: GatewayPort, server: str, key: str | None = None) -> None:
        super().__init__()
        self._gateway = gateway
        self._server = server
        self._key = key
        self._opened: dict[str, Any] = {}
        self._until = 0.0

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            who = f" as key {self._key}" if self._key else ""
            box.border_title = Content(f"Log in to {self._server}{who}")
            yield Static(Content("Discovering the authorization server …"), id="status")
            with VerticalScroll(can_focus=False):
                yield Static(id="url")
            yield Static(toned(_ELSEWHERE, "muted"))
            yield Input(placeholder="http://127.0.0.1:…/callback?code=…", id="pasted", compact=True)
            yield Static(id="failure")
            with ButtonRow(classes="buttons"):
                yield LineButton("Open (alt+o)", variant="primary", id="open")
                yield LineButton("Copy URL (alt+y)", id="copy")
                yield LineButton("Cancel (esc)", id="cancel")

    def on_mount(self) -> None:
        self._enable_buttons(False)
        self.query_one("#pasted", Input).focus()
        self._follow()

    def _enable_buttons(self, enabled: bool) -> None:
        for name in ("open", "copy"):
            self.query_one(f"#{name}", Button).disabled = not enabled

    @background(group="login")
    async def _follow(self) -> None:
        """Follow the events of the login to its end."""
        events = cast("Any", self._gateway.log_in(self._server, self._key))
        async with aclosing(events):
            async for event in events:
                if event.type == "open":
                    self._show(event.value)
                elif event.type == "failed":
                    self._fail(event.value["message"], event.value.get("hint"))
                else:
                    close_screen(self, event.value.get("scope") or "")

    def _show(self, opened: dict[str, Any]) -> None:
        self._opened = opened
        self._until = self.app.context.clock() + opened["seconds"]
        self._say_waiting()
        self.set_interval(1.0, self._say_waiting)
        self.query_one("#url", Static).update(Content(visible(opened["url"])))
        self._enable_buttons(True)
        if has_browser():
            self.action_open()

    def _say_waiting(self) -> None:
        """Show how long the gateway still waits."""
        if not self.query_one("#failure").has_class("-shown"):
            left = duration(self._until - self.app.context.clock())
            said = Content(f"{_WAITING} Time left: {left}.")
            for remark in self._opened["remarks"]:
                said += Content("\n") + toned(one_line(remark, limit=400), "warn")
            self.query_one("#status", Static).update(said)

    def _fail(self, message: str, hint: str | None) -> None:
        text = toned(one_line(message, limit=400), "bad")
        if hint:
            text += Content("\n") + Content(one_line(hint, limit=400))
        failure = self.query_one("#failure", Static)
        failure.update(text)
        failure.add_class("-shown")
        self.query_one("#status", Static).update(Content("Login failed."))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        {"open": self.action_open, "copy": self.action_copy}.get(event.button.id or "", self.action_close)()

    @on(Input.Submitted)
    @background(group="paste")
    async def _pasted(self, event: Input.Submitted) -> None:
        """Pass the URL to the login; a wrong URL is an error here, and the login goes on."""
        if not (event.value.strip() and self._opened):
            return
        try:
            await self._gateway.paste_login(self._opened["id"], event.value.strip())
        except McptuiError as error:
            self._fail(error.message, error.hint)
            self.query_one("#status", Static).update(Content(_WAITING))

    @background(group="browser")
    async def action_open(self) -> None:
        """Open the page in a browser on this machine."""
        if self._opened and not await asyncio.to_thread(open_page, self._opened["url"]):
            self.notify("No browser could be opened. Copy the URL.", severity="warning", markup=False)

    def action_copy(self) -> None:
        """Copy the URL through the terminal."""
        if self._opened:
            self.app.copy_to_clipboard(self._opened["url"])
            self.notify("URL copied", markup=False)

    def action_close(self) -> None:
        """Cancel the login."""
        close_screen(self)
