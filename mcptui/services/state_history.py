"""Earlier contents of the state file, as its backups have them."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mcptui.state.backups import backups
from mcptui.state.reader import read_bytes

if TYPE_CHECKING:
    from mcptui.services.workspace import Change, Workspace

#: As many names of what is different are shown.
_NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the state file held until a change.

    Attributes:
        at: when that change was made.
        content: the file.
        summary: what restoring it would change, and how many lines it would add and remove.
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
    count = f"+{added} −{removed} lines"
    try:
        names = _changed(tomllib.loads(now.decode()), tomllib.loads(then.decode()))
    except ValueError:  # no TOML, or no text
        return count
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}   {count}" if names else count


def _changed(now: Mapping[str, Any], then: Mapping[str, Any]) -> list[str]:
    """What is different, as "key ci" or "gateway"."""
    names = []
    for section in dict.fromkeys((*now, *then)):
        before, after = now.get(section, {}), then.get(section, {})
        if before == after:
            continue
        entries = [*before.items(), *after.items()] if isinstance(before, dict) and isinstance(after, dict) else []
        if entries and all(isinstance(entry, dict) for _, entry in entries):
            changed = (name for name in dict(entries) if before.get(name) != after.get(name))
            names += [f"{section.removesuffix('s')} {name}" for name in changed]
        else:
            names.append(section)
    return names


def _diff(now: bytes, then: bytes) -> list[str]:
    before, after = (text.decode("utf-8", "replace").splitlines() for text in (now, then))
    return list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]
