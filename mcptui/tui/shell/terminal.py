"""The terminal that the app draws on: which file it is, that it gets only what it does not show yet, and its end."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
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
        self._file: Any = Terminal(drawn_on(sys.__stdout__, sys.__stderr__))

    def _sigcont_application(self, *_: object) -> None:
        # A terminal that is closed sends it to programs that run, too: those would read each key twice from then on.
        if self._key_thread is None or not self._key_thread.is_alive():
            super()._sigcont_application()


class Terminal:
    """A terminal that may be gone: what is written then is lost, and the thread that writes goes on.

    Textual's thread would end, and the app would wait for it for ever.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write, if it is there."""
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Write what waits, if it is there."""
        with suppress(OSError):
            self._file.flush()


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
        if isinstance(self._driver, TerminalDriver):
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._end_for, number)
        self.app_resume_signal.subscribe(self, lambda _: self.redraw())

    def _end_for(self, number: signal.Signals) -> None:
        """Somebody ends the app, or has closed its terminal: leave at once, and in order."""
        self.exit(return_code=128 + number)

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
