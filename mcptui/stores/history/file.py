"""One use of the history file at a time; what goes wrong with the file becomes one error."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mcptui.stores.history.database import connect, is_damage, move_aside
from mcptui.stores.history.errors import HistoryError

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

T = TypeVar("T")


class HistoryFile:
    """The history file of one home. Blocking; safe to use from several threads and processes.

    All methods of subclasses raise :class:`mcptui.stores.history.errors.HistoryError` when the file cannot be used. A
    damaged file is moved aside and a new one begun.

    Args:
        path: the file; None for memory only, which is gone when it is closed.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _use(self, use: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            try:
                try:
                    return self._attempt(use)
                except sqlite3.Error as error:
                    if self._path is None or not is_damage(error):
                        raise
                self._close()
                log.warning("the history was damaged; it is now %s", move_aside(self._path))
                return self._attempt(use)
            except (sqlite3.Error, OSError) as error:
                raise HistoryError(
                    f"the history {self._path or 'in memory'} cannot be used: {error}",
                    hint="Check the disk's space and the file's permissions.",
                ) from error

    def _attempt(self, use: Callable[[sqlite3.Connection], T]) -> T:
        if self._connection is None:
            self._connection = connect(self._path)
        return use(self._connection)
