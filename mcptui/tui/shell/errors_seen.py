"""The errors of this run, for the error list and for bug reports."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from mcptui.errors import McptuiError
from mcptui.protocol.text import visible

_KEPT: Final = 200
_PACKAGE: Final = Path(__file__).parents[1]


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
        details = visible("\n".join(_trace(error)))
        seen = SeenError(datetime.now().astimezone(), visible(error.message), hint, details)
        self.entries.append(seen)
        return seen

    def as_text(self) -> str:
        """What the person was told of all of them, newest first, as Markdown."""
        return "\n\n".join(entry.summary() for entry in reversed(self.entries))


def _trace(error: BaseException) -> Iterator[str]:
    """Where an error came from, innermost cause first.

    Messages of foreign exceptions are left out: they may hold anything, secrets too.
    """
    if (cause := error.__cause__ or error.__context__) is not None:
        yield from _trace(cause)
        yield "which led to"
    yield f"{type(error).__qualname__}" + (f": {error.message}" if isinstance(error, McptuiError) else "")
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(frame.filename)
        place = file.relative_to(_PACKAGE.parent) if file.is_relative_to(_PACKAGE) else file.name
        yield f"  {place}:{frame.lineno} in {frame.name}"
