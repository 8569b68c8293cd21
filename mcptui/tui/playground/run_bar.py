"""The line under the form: run, and how the running call is doing."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Button, Static

from mcptui.model import Server
from mcptui.model.runtime import JsonObject
from mcptui.tui.playground.progress import Clock, progress_line
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.buttons import LineButton


class RunBar(Horizontal):
    """A button, and beside it progress or a hint."""

    DEFAULT_CSS = """
    RunBar { height: 1; padding: 0 1; }
    RunBar > Button { margin-right: 2; min-width: 9; }
    RunBar > Static { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    ALLOW_SELECT: ClassVar[bool] = False

    app = getters.app(Shell)
    button = getters.query_one(Button)
    _line = getters.query_one(Static)

    def __init__(self) -> None:
        super().__init__()
        self._started = self._heard = 0.0
        self._server: Server | None = None
        self._progress: JsonObject = {}
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield LineButton("▶ Run", variant="primary", id="run")
        yield Static(toned("f5 or alt+t", "muted"))

    def start(self, server: Server | None) -> None:
        """A call to ``server`` runs now."""
        self._server = server
        self._started = self._heard = self.app.context.clock()
        self._progress = {}
        self.button.disabled = True
        self._timer = self.set_interval(0.5, self._draw)
        self._draw()

    def progress(self, progress: JsonObject) -> None:
        """The call got further."""
        self._progress = progress
        self._heard = self.app.context.clock()
        self._draw()

    def stop(self) -> None:
        """No call runs."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.button.disabled = False
        self.say("f5 or alt+t")

    def say(self, text: str) -> None:
        """Show a hint."""
        self._line.update(toned(text, "muted"))

    def warn(self, text: str) -> None:
        """Show what is to be done before the call is run."""
        self._line.update(toned(f"▲ {text}", "warn"))

    def _draw(self) -> None:
        now, server = self.app.context.clock(), self._server
        limits = (server.timeout, server.hard_timeout) if server is not None else (None, None)
        self._line.update(progress_line(self._progress, Clock(now - self._started, now - self._heard, *limits)))
