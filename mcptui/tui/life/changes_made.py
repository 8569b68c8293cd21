"""The changes of this run, in the order in which they can be undone and redone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mcptui.services.workspace import Change

_MOST: Final = 100


class ChangesMade:
    """Two stacks: what was done, and what was undone.

    Secrets that a change leaves without use stay as long as it can be undone or redone. Methods return the changes
    after which such secrets can go.
    """

    def __init__(self) -> None:
        self._done: list[Change] = []
        self._undone: list[Change] = []

    @property
    def to_undo(self) -> Change | None:
        """The last change."""
        return self._done[-1] if self._done else None

    @property
    def to_redo(self) -> Change | None:
        """The change that was undone last."""
        return self._undone[-1] if self._undone else None

    def add(self, change: Change) -> Sequence[Change]:
        """A new change; what was undone before cannot be redone any more."""
        gone = [_backwards(undone) for undone in self._undone]
        self._undone.clear()
        self._done.append(change)
        gone += self._done[:-_MOST]
        del self._done[:-_MOST]
        return gone

    def undone(self) -> None:
        """The last change was undone."""
        self._undone.append(self._done.pop())

    def redone(self) -> None:
        """The change that was undone last was redone."""
        self._done.append(self._undone.pop())

    def drop(self, change: Change) -> Sequence[Change]:
        """``change`` can be neither undone nor redone: others have changed the same since."""
        if change is self.to_undo:
            return [self._done.pop()]
        return [_backwards(self._undone.pop())]

    def clear(self) -> Sequence[Change]:
        """The app is left."""
        gone = [*self._done, *map(_backwards, self._undone)]
        self._done.clear()
        self._undone.clear()
        return gone


def _backwards(change: Change) -> Change:
    return Change(change.summary, change.after, change.before)
