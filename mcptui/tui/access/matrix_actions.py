"""What can be done in the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from mcptui.access.subjects import Ref
from mcptui.model import Subject
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action


class Drafting(Protocol):
    """What decides which actions there are."""

    @property
    def draft(self) -> Mapping[Ref, Subject]: ...


def _is_dirty(screen: Drafting) -> bool:
    return bool(screen.draft)


ACTIONS: Final = (
    Action(
        id="matrix.toggle",
        title="Grant or revoke the server; for all selected subjects if this one is selected",
        handler="change_cell",
        meaning=meanings.TOGGLE,
        label="Toggle",
    ),
    Action(id="matrix.mark", title="Select the subject", handler="mark", meaning=meanings.SELECT, label="Select"),
    Action(
        id="matrix.mark_all",
        title="Select all listed subjects, or none",
        handler="mark_all",
        meaning=meanings.SELECT_ALL,
    ),
    Action(id="matrix.invert", title="Invert the selection", handler="invert", meaning=meanings.INVERT),
    Action(
        id="matrix.all",
        title="Grant all listed servers to the selected subjects, or to this one",
        handler="allow_all",
        meaning=meanings.GRANT,
        label="All",
    ),
    Action(
        id="matrix.none",
        title="Revoke all listed servers of the selected subjects, or of this one",
        handler="allow_none",
        meaning=meanings.GRANT_NONE,
        label="None",
    ),
    Action(
        id="matrix.apply",
        title="Show the difference and apply it",
        handler="apply",
        meaning=meanings.SAVE,
        label="Apply",
        when=_is_dirty,
        changes=True,
    ),
    Action(
        id="matrix.discard", title="Discard the changes", handler="discard", meaning=meanings.DISCARD, when=_is_dirty
    ),
    Action(id="matrix.explain", title="Explain the cell", handler="explain", meaning=meanings.EXPLAIN),
    Action(
        id="matrix.filter", title="Filter subjects, and servers with server:", handler="filter", meaning=meanings.FILTER
    ),
    Action(id="matrix.close", title="Clear the filter, else back", handler="close", meaning=meanings.BACK),
)
