"""Earlier contents of the state file, as its backups have them."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import State
from mcptui.state.backups import backups
from mcptui.state.errors import StateError
from mcptui.state.extract_secrets import COVER
from mcptui.state.reader import parse_bytes, read_bytes
from mcptui.state.scrub import secrets_in
from mcptui.state.statements import statements

if TYPE_CHECKING:
    from mcptui.services.workspace import Change, Workspace

#: As many names of what is different are shown.
_NAMED: Final = 2
#: Characters of a revision that name a version.
_ID_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Part:
    """What can be restored by itself: an entry of the state file, or a section of settings.

    Attributes:
        section: the section, such as "teams" or "gateway".
        name: the name of the entry; None for a section of settings.
    """

    section: str
    name: str | None = None

    @property
    def kind(self) -> str:
        """What it is: "team", or "gateway"."""
        return self.section if self.name is None else self.section.removesuffix("s")

    @property
    def title(self) -> str:
        """What to call it: "team data", or "gateway"."""
        return self.kind if self.name is None else f"{self.kind} {self.name}"

    @property
    def argument(self) -> str:
        """How a command names it: "team:data", or "gateway"."""
        return self.kind if self.name is None else f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the state file held until a change.

    Attributes:
        at: when that change was made.
        content: the file.
        parts: what is different now; none where one of the two cannot be used.
        added: lines that restoring it would add.
        removed: lines that restoring it would remove.
    """

    at: datetime
    content: bytes
    parts: tuple[Part, ...]
    added: int
    removed: int

    @property
    def id(self) -> str:
        """What names it in commands; versions with the same content have the same."""
        return hashlib.sha256(self.content).hexdigest()[:_ID_LENGTH]

    @property
    def summary(self) -> str:
        """What restoring it would change, and how many lines it would add and remove."""
        count = f"+{self.added} −{self.removed} lines"
        names = [part.title for part in self.parts]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return f"{', '.join(names[:_NAMED])}{more}   {count}" if names else count


def earlier_states(ws: Workspace) -> tuple[Earlier, ...]:
    """All that are still stored and differ from now, the newest first."""
    now = read_bytes(ws.paths.config_file)
    state = _state(ws, now)
    return tuple(
        _earlier(ws, now, state, datetime.fromtimestamp(at).astimezone(), content)
        for at, content in backups(ws.paths.backups)
        if content != now
    )


def earlier_state(ws: Workspace, version: str) -> Earlier:
    """The newest one whose :attr:`Earlier.id` is ``version``.

    Raises:
        NotFoundError: there is none.
    """
    for earlier in earlier_states(ws):
        if earlier.id == version:
            return earlier
    raise NotFoundError(f'there is no earlier version "{version}"', hint="see: mcptui state list")


def find_part(earlier: Earlier, argument: str) -> Part:
    """The part of ``earlier`` that :attr:`Part.argument` names.

    Raises:
        RefusedError: it is the same now, or there is none, or one of the two files cannot be used.
    """
    for part in earlier.parts:
        if part.argument == argument:
            return part
    different = ", ".join(part.argument for part in earlier.parts) or "nothing that can be restored by itself"
    raise RefusedError(f'"{argument}" is not different in this version', hint=f"different: {different}")


def difference(ws: Workspace, earlier: Earlier, part: Part | None = None) -> Sequence[str]:
    """The lines that restoring it, or ``part`` of it, would remove and add, with some around them; no secrets."""
    now = read_bytes(ws.paths.config_file)
    secrets = sorted(secrets_in(now) | secrets_in(earlier.content), key=len, reverse=True)
    return [_covered(line, secrets) for line in _diff(_lines(now, part), _lines(earlier.content, part))]


def restore(ws: Workspace, earlier: Earlier, parts: Sequence[Part] = ()) -> Change:
    """Make the file what it was, comments included, also one that cannot be used now; or only ``parts`` of it.

    A part that there was none of is removed. What other entries say of it stays.

    Raises:
        StateError: the earlier content, or the file, cannot be used, or the file cannot be written.
    """
    when = f"{earlier.at:%Y-%m-%d %H:%M:%S}"
    if not parts:
        return ws.restore(f"State of {when} restored", earlier.content)
    then = parse_bytes(earlier.content, ws.paths.config_file).state

    def edit(state: State) -> State:
        for part in parts:
            state = _with_part(state, then, part)
        return state

    titles = ", ".join(part.title for part in parts)
    return ws.change(f"{titles[0].upper()}{titles[1:]} restored from {when}", edit)


def _with_part(state: State, then: State, part: Part) -> State:
    wanted = getattr(then, part.section)
    if part.name is not None:
        entries = dict(getattr(state, part.section))
        if part.name in wanted:
            entries[part.name] = wanted[part.name]
        else:
            entries.pop(part.name, None)
        wanted = entries
    return dataclasses.replace(state, **{part.section: wanted})


def _earlier(ws: Workspace, now: bytes, state: State | None, at: datetime, content: bytes) -> Earlier:
    lines = _diff(_lines(now), _lines(content))
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    then = _state(ws, content)
    parts = () if state is None or then is None else tuple(_different(state, then))
    return Earlier(at, content, parts, added, removed)


def _different(now: State, then: State) -> Iterator[Part]:
    for field in dataclasses.fields(State):
        section = field.name
        before, after = getattr(now, section), getattr(then, section)
        if isinstance(before, Mapping):
            names = dict.fromkeys((*before, *after))
            yield from (Part(section, name) for name in names if before.get(name) != after.get(name))
        elif before != after:
            yield Part(section)


def _state(ws: Workspace, content: bytes) -> State | None:
    try:
        return parse_bytes(content, ws.paths.config_file).state
    except StateError:
        return None


def _lines(content: bytes, part: Part | None = None) -> list[str]:
    """The lines of the file, or those that say something of ``part``."""
    text = content.decode("utf-8", "replace")
    if part is None:
        return text.splitlines()
    path = (part.section,) if part.name is None else (part.section, part.name)
    found = (text[each.start : each.end] for each in statements(text) if each.path[: len(path)] == path)
    return "".join(found).splitlines()


def _covered(line: str, secrets: Sequence[str]) -> str:
    for value in secrets:
        line = line.replace(value, COVER)
    return line


def _diff(before: Sequence[str], after: Sequence[str]) -> list[str]:
    return list(difflib.unified_diff(before, after, lineterm="", n=2))[2:]
