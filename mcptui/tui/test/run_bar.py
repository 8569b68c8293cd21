"""The line under the form: run, and how the running call is doing."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Button, Static

from mcptui.model.runtime import JsonObject
from mcptui.tui.shell import Shell
from mcptui.tui.test.progress import progress_line
from mcptui.tui.tone import toned
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
        self._started = 0.0
        self._progress: JsonObject = {}
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield LineButton("▶ Run", variant="primary", id="run")
        yield Static(toned("f5 or ctrl+r", "muted"))

    def start(self) -> None:
        """A call runs now."""
        self._started = self.app.context.clock()
        self._progress = {}
        self.button.disabled = True
        self._timer = self.set_interval(0.5, self._draw)
        self._draw()

    def progress(self, progress: JsonObject) -> None:
        """The call got further."""
        self._progress = progress
        self._draw()

    def stop(self) -> None:
        """No call runs."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.button.disabled = False
        self.say("f5 or ctrl+r")

    def say(self, text: str) -> None:
        """Show a hint."""
        self._line.update(toned(text, "muted"))

    def _draw(self) -> None:
        self._line.update(progress_line(self._progress, self.app.context.clock() - self._started))
