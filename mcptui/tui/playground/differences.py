"""How two results differ, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from mcptui.tui.playground.outcome import Outcome

#: Comparing takes time with the product of the lengths; more lines than this are cut.
MAX_LINES: Final = 5_000
#: A longer line is compared by its beginning.
MAX_LINE: Final = 2_000


def difference(before: Outcome, after: Outcome, *, labels: tuple[str, str] = ("before", "after")) -> str:
    """A unified diff of both results as JSON, or a sentence where they are equal."""
    if before.kind == after.kind and before.raw == after.raw:
        return "Both results are the same."
    lines = list(
        difflib.unified_diff(
            _lines(before), _lines(after), f"{labels[0]}: {_title(before)}", f"{labels[1]}: {_title(after)}"
        )
    )
    return "\n".join(line.rstrip("\n") for line in lines) or "Both results are the same as far as they were compared."


def by_key(outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """The keys of two results, as labels."""
    first, second = (f"key {outcome.facts.key}" if outcome.facts.key else "owner" for outcome in outcomes)
    return first, second


def _title(outcome: Outcome) -> str:
    return outcome.headline[0]


def _lines(outcome: Outcome) -> Sequence[str]:
    lines = outcome.json.split("\n")
    return [line[:MAX_LINE] for line in lines[:MAX_LINES]]
