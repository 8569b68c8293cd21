"""Histories of calls for tests, whose calls have round times of long ago."""

from __future__ import annotations

from pathlib import Path

from mcptui.model.limits import Limits
from mcptui.stores.history.log import History

#: Calls of 1970 stay.
FOR_EVER = Limits(history_days=100_000)


def history_of(path: Path | None = None) -> History:
    """A history that forgets nothing for its age."""
    return History(path, FOR_EVER)
