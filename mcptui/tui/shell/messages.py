"""What the app tells the person: short messages, errors, and a report where it cannot go on."""

from __future__ import annotations

from datetime import UTC, datetime

from mcptui.errors import McptuiError
from mcptui.protocol.text import visible
from mcptui.tui.context import AppContext
from mcptui.tui.shell.crash import AppCrashed, crash_report, write_report
from mcptui.tui.shell.errors_seen import ErrorsSeen
from mcptui.tui.shell.terminal import TerminalApp


class MessagesApp(TerminalApp):
    """An app that tells what it did, and what failed."""

    NOTIFICATION_TIMEOUT = 6.0

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self.errors = ErrorsSeen()

    def say(self, text: str, *, timeout: float | None = None) -> None:
        """A short message that goes away by itself."""
        self.notify(visible(text, limit=500), timeout=timeout, markup=False)

    def show_error(self, error: McptuiError) -> None:
        """What failed, why, and what to do; kept in the error list."""
        seen = self.errors.add(error)
        text = f"{seen.message}\n{seen.hint}" if seen.hint else seen.message
        self.notify(f"{visible(text, limit=1000)}\n\nf12 details", severity="error", timeout=10, markup=False)

    def _handle_exception(self, error: Exception) -> None:
        """End the app with a report in a file: Textual would print the values of all local variables."""
        if self._exit_renderables:
            return  # what fails while it ends says nothing more
        report = crash_report(error, self._whereabouts())
        file = write_report(report, self.context.workspace.paths.log_dir, datetime.now(UTC))
        super()._handle_exception(AppCrashed(error, file))

    def _whereabouts(self) -> dict[str, str]:
        screens = [type(screen).__name__ for screen in self._screen_stacks.get(self._current_mode, ())]
        return {
            "mode": self._current_mode,
            "screens": " > ".join(screens) or "none",
            "terminal": f"{self.size.width}x{self.size.height}",
        }
