"""The tree of subjects as rows of a table."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from mcptui.access.subjects import Ref, parent, subject, walk
from mcptui.model import Key, State
from mcptui.model.times import until_words
from mcptui.services.access import Usage
from mcptui.tui.access.about import key_state
from mcptui.tui.text.tone import Tone
from mcptui.tui.widgets.cells import Cell, Row


def subject_rows(state: State, dirty: Container[Ref], now: datetime, used: Usage) -> list[Row]:
    """One row for each subject, in tree order; ``*`` marks unsaved boxes."""
    return [_row(state, ref, now, used, is_dirty=ref in dirty) for ref, _ in walk(state)]


def _row(state: State, ref: Ref, now: datetime, used: Usage, *, is_dirty: bool) -> Row:
    found = subject(state, ref)
    words, tone = _state(found, now) if isinstance(found, Key) else ("", "plain")
    if not words and (last := used.last_used.get(ref.name)) is not None and ref.kind == "key":
        words, tone = f"used {until_words(last, now)}", "muted"
    name = f"{ref}{' *' if is_dirty else ''}"
    broken: Tone = "muted" if isinstance(found, Key) and tone == "bad" else "plain"
    cells = {"name": Cell(name, broken), "state": Cell(words, tone)}
    above = parent(found) if found is not None else None
    return Row(
        ref.key,
        cells,
        search=found.description if found is not None else "",
        above=above.key if above is not None else "",
    )


def _state(key: Key, now: datetime) -> tuple[str, Tone]:
    """Only what is worth a look: that a key works is the rule."""
    words, tone = key_state(key, now)
    if tone == "plain" and key.expires is not None:
        return until_words(key.expires, now), "muted"
    return ("", "plain") if tone == "ok" else (words, tone)
