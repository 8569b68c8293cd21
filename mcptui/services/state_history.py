"""Earlier contents of the state file, as its backups have them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mcptui.state.backups import backups
from mcptui.state.reader import read_bytes

if TYPE_CHECKING:
    from mcptui.services.workspace import Change, Workspace


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the state file held until a change.

    Attributes:
        at: when that change was made.
        content: the file.
        summary: how many lines restoring it would add and remove.
    """

    at: datetime
    content: bytes
    summary: str


def earlier_states(ws: Workspace) -> tuple[Earlier, ...]:
    """All that are still stored and differ from now, the newest first."""
    now = read_bytes(ws.paths.config_file)
    return tuple(
        Earlier(datetime.fromtimestamp(at).astimezone(), content, _summary(now, content))
        for at, content in backups(ws.paths.backups)
        if content != now
    )


def difference(ws: Workspace, earlier: Earlier) -> Sequence[str]:
    """The lines that restoring it would remove and add, with some around them."""
    return _diff(read_bytes(ws.paths.config_file), earlier.content)


def restore(ws: Workspace, earlier: Earlier) -> Change:
    """Make the file what it was, comments included, also one that cannot be used now.

    Raises:
        StateError: the earlier content cannot be used, or the file cannot be written.
    """
    return ws.restore(f"State of {earlier.at:%Y-%m-%d %H:%M:%S} restored", earlier.content)


def _summary(now: bytes, then: bytes) -> str:
    lines = _diff(now, then)
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return f"+{added} −{removed} lines"


def _diff(now: bytes, then: bytes) -> list[str]:
    before, after = (text.decode("utf-8", "replace").splitlines() for text in (now, then))
    return list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]
