"""The terminal that the app draws on: which file it is, and that it gets only what it does not show yet."""

from __future__ import annotations

import sys
from typing import Any, TextIO, TypeVar

from textual._compositor import CompositorUpdate
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from mcptui.tui.shell.output import Changes, Output

FileT = TypeVar("FileT", bound=TextIO)


class TerminalDriver(LinuxDriver):
    """Draws on standard output, or on standard error where the output is no terminal.

    Textual always takes standard error: with ``2>file`` the terminal stays empty.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._file = drawn_on(sys.__stdout__, sys.__stderr__)


def drawn_on(*files: FileT | None) -> FileT:
    """The first of ``files`` that is a terminal."""
    there = [file for file in files if file is not None]
    return next((file for file in there if file.isatty()), there[-1])


class TerminalApp(App[int]):
    """An app that writes what has changed."""

    def __init__(self) -> None:
        super().__init__()
        self._output = Output()

    def get_driver_class(self) -> type[Driver]:
        """Textual's choice, but for where it draws."""
        chosen = super().get_driver_class()
        return TerminalDriver if chosen is LinuxDriver else chosen

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.redraw())

    def on_resize(self) -> None:
        self.redraw()  # terminals differ in what they show after it

    def redraw(self) -> None:
        """Write the whole screen, whatever the terminal shows."""
        self._output.forget()
        if self.screen_stack:
            self.screen.refresh()

    def write_aside(self, sequence: str) -> None:
        """Write what changes nothing on the screen, between two drawings of it."""
        if self._driver is not None and sequence:
            self._driver.write(sequence)
            self._driver.flush()

    def action_redraw(self) -> None:
        """Draw again what another program has written over."""
        self.redraw()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable = Changes(renderable, self._output, self.size.width)
        super()._display(screen, renderable)
