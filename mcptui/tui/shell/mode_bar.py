"""The top line: the modes, the current one marked."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from mcptui.tui.keys import meanings
from mcptui.tui.shell.modes import MODES


class ModeTab(Static):
    """One mode; a click goes there."""

    ALLOW_SELECT: ClassVar[bool] = False

    def __init__(self, mode: str, content: Content, *, current: bool) -> None:
        super().__init__(content, classes="-current" if current else "")
        self._mode = mode

    async def on_click(self) -> None:
        await self.run_action(f"app.mode('{self._mode}')")


class ModeBar(Horizontal):
    """All modes with their digits."""

    #: Its rules also ask for classes of the screen.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    ModeBar {
        dock: top; height: 1; background: $panel;
        & > Static { width: auto; padding: 0 1; }
        & > .brand { color: $text-primary; text-style: bold; padding: 0 2 0 1; }
        & > .zoomed { display: none; dock: right; color: $text-warning; }
        & > ModeTab { color: $foreground-muted; }
        & > ModeTab:hover { color: $foreground; }
        & > ModeTab.-current {
            color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
        }
    }
    .-narrow ModeBar > .brand { display: none; }
    """

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current

    def compose(self) -> ComposeResult:
        yield Static(Content("mcptui"), classes="brand")
        for number, mode in enumerate(MODES.values(), 1):
            yield ModeTab(mode.id, Content(f"{number} {mode.title}"), current=mode.id == self._current)
        yield Static(Content(f"zoomed, {meanings.ZOOM.keys[-1]} restores"), classes="zoomed")
