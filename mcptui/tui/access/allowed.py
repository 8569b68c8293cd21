"""The allowed-server boxes of one subject: what they show and what toggling them does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from mcptui.access.levels import ServerSets
from mcptui.access.matrix import Cell, Mark, Matrix
from mcptui.access.subjects import Ref, subject, with_servers
from mcptui.model import State
from mcptui.services.access_words import SIGNS, cell_words
from mcptui.tui.text.tone import Tone
from mcptui.tui.widgets.box_list import Box, BoxRow

#: None is not set (inherits), () allows none.
Allowed: TypeAlias = tuple[str, ...] | None

EVERYTHING: Final = "*"


def entries(state: State, allowed: Allowed) -> list[str]:
    """The rows: everything, groups, servers, and names that no longer exist."""
    known = [EVERYTHING, *(f"@{name}" for name in state.groups), *state.servers]
    written = [entry.removeprefix("!") for entry in allowed or ()]
    return [*known, *dict.fromkeys(entry for entry in written if entry not in known)]


def box_rows(state: State, ref: Ref, allowed: Allowed) -> list[BoxRow]:
    """The boxes of ``ref`` if its servers were ``allowed``, marked where that is not saved."""
    before = saved(state, ref)
    matrix = Matrix(with_servers(state, ref, allowed))
    sets = ServerSets(state)
    rows = []
    for entry in entries(state, allowed):
        cell = matrix.cell(ref, entry) if entry in state.servers else None
        box, note, tone = _box(state, allowed, entry, sets, cell)
        dirty = _says(before, entry) != _says(allowed, entry)
        rows.append(BoxRow(entry, box, _label(entry), note, tone, dirty))
    return rows


def toggled(allowed: Allowed, entry: str) -> Allowed:
    """What is allowed after the box of ``entry`` was toggled."""
    current = allowed or ()
    if entry in current or f"!{entry}" in current:
        return tuple(other for other in current if other not in {entry, f"!{entry}"})
    return (*current, entry)


def denied(allowed: Allowed, entry: str) -> Allowed:
    """What is allowed after ``entry`` was denied explicitly, or no longer."""
    current = tuple(other for other in allowed or () if other != entry)
    deny = f"!{entry}"
    return tuple(other for other in current if other != deny) if deny in current else (*current, deny)


def difference(before: Allowed, after: Allowed) -> str:
    """In words: ``+github −files``."""
    if before == after:
        return "no change"
    if after is None:
        return "not set (was: " + (", ".join(before or ()) or "none") + ")"
    old = before or ()
    parts = [f"+{entry}" for entry in after if entry not in old] + [f"−{entry}" for entry in old if entry not in after]
    if before is None and not after:
        return "none (was: not set)"
    if not after:
        parts.append("(now none)")
    return " ".join(parts) or "new order"


def saved(state: State, ref: Ref) -> Allowed:
    """The servers of ``ref`` in the state file."""
    found = subject(state, ref)
    return found.servers if found is not None else None


def _says(allowed: Allowed, entry: str) -> tuple[bool, bool, bool]:
    return allowed is None, entry in (allowed or ()), f"!{entry}" in (allowed or ())


def _label(entry: str) -> str:
    if entry == EVERYTHING:
        return "* all servers"
    return f"{entry} (group)" if entry.startswith("@") else entry


def _box(state: State, allowed: Allowed, entry: str, sets: ServerSets, cell: Cell | None) -> tuple[Box, str, Tone]:
    """The box for the subject's own list, and the effective result in words where it differs."""
    box = Box.DENIED if f"!{entry}" in (allowed or ()) else Box.ON if entry in (allowed or ()) else Box.OFF
    if entry == EVERYTHING:
        return box, "including future servers" if box is Box.ON else "", "muted"
    if cell is None:
        return (box, _members(state, entry, sets), "muted") if entry[0] == "@" else (box, "does not exist", "warn")
    words = cell_words(cell)
    if not words and cell.mark is Mark.ABOVE:
        words = f"via {_covering(allowed or (), entry, sets)}"
    if cell.mark is Mark.NONE and box is Box.ON:
        return box, words, "warn"
    # The same sign as in the matrix.
    return Box(SIGNS[cell.mark]), words, "warn" if box is Box.ON and not cell.decision.allowed else "muted"


def _covering(allowed: Sequence[str], server: str, sets: ServerSets) -> str | None:
    """The group (or everything) by which ``allowed`` names ``server``."""
    return next((entry for entry in allowed if entry[0] in "@*" and server in sets.named_by(entry)), None)


def _members(state: State, entry: str, sets: ServerSets) -> str:
    if entry[1:] not in state.groups:
        return "does not exist"
    return ", ".join(sorted(sets.named_by(entry))) or "empty"
