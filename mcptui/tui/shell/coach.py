"""A short tour on the screen: one step after another, each left by doing what it says."""

from __future__ import annotations

from typing import ClassVar

from textual import getters
from textual.content import Content
from textual.widgets import Static

from mcptui.tui.shell.shell import Shell


class CoachPanel(Static):
    """The current step, below the mode bar; gone when the tour has ended."""

    DEFAULT_CSS = """
    CoachPanel {
        dock: top; height: auto; max-height: 3; margin: 1 0 0 0; padding: 0 1;
        background: $primary-muted; color: $foreground;
    }
    """
    ALLOW_SELECT: ClassVar[bool] = False
    app = getters.app(Shell)

    def on_mount(self) -> None:
        self.watch(self.app, "coach_step", self.show, init=False)
        self.show()

    def show(self) -> None:
        """Draw the current step."""
        step, steps = self.app.coach_step, self.app.coach_steps
        self.display = step is not None
        if step is not None:
            number = Content.styled(f"{step + 1}/{len(steps)} ", "bold")
            self.update(number + Content(steps[step].text) + Content.styled("  esc ends the tour", "$foreground-muted"))
