"""The errors of this run, for the error list and for bug reports."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mcptui.errors import McptuiError
from mcptui.protocol.text import visible
from mcptui.tui.text.trace import trace

_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class SeenError:
    """An error that was shown, and when; ``details`` are for those who look into the program."""

    at: datetime
    message: str
    hint: str | None = None
    details: str = ""

    def as_text(self) -> str:
        """All of it as Markdown."""
        return "\n\n".join([self.summary(), *([f"```\n{self.details}\n```"] if self.details else [])])

    def summary(self) -> str:
        """What the person was told, as Markdown."""
        return "\n\n".join([f"## {self.at:%H:%M:%S}", self.message, *([self.hint] if self.hint else [])])


@dataclass(slots=True)
class ErrorsSeen:
    """The newest errors, oldest first."""

    entries: deque[SeenError] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, error: McptuiError) -> SeenError:
        """Note ``error`` with control characters made visible."""
        hint = error.hint and visible(error.hint)
        seen = SeenError(datetime.now().astimezone(), visible(error.message), hint, trace(error))
        self.entries.append(seen)
        return seen

    def as_text(self) -> str:
        """What the person was told of all of them, newest first, as Markdown."""
        return "\n\n".join(entry.summary() for entry in reversed(self.entries))
