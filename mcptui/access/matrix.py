"""The matrix of subjects and servers: allowed here, above, partly, denied, or not granted, with the decisive rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mcptui.access.levels import ServerSets
from mcptui.access.policy import Access, decide
from mcptui.access.subjects import Place, Ref, subject, walk

if TYPE_CHECKING:
    from mcptui.access.decision import Decision, Verdict
    from mcptui.model import State


class Mark(StrEnum):
    """The effective access of one subject to one server, and where it comes from."""

    #: By name in the subject's own list.
    ALLOWED = "allowed"
    #: By a group or "*" in it, by another level, or because the server allows all keys.
    ABOVE = "above"
    #: With limits on its tools, prompts or resources.
    PARTLY = "partly"
    #: By a rule that denies, or although the subject's own list allows it.
    DENIED = "denied"
    #: No level grants it.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """One subject and one server.

    Attributes:
        ref: the subject.
        mark: the result of all levels.
        own: the verdict of the subject's own list.
        partly: some tools, prompts or resources are not allowed by a level.
        decision: the answer with the decisive level and rule.
    """

    ref: Ref
    mark: Mark
    own: Verdict
    partly: bool
    decision: Decision


class Matrix:
    """All subjects of a state in tree order, and all its servers. Cells are computed when asked for, once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._sets = ServerSets(state)
        self._access: dict[Ref, Access] = {}
        self._cells: dict[tuple[Ref, str], Cell] = {}
        #: Every subject with its place.
        self.tree: tuple[tuple[Ref, Place], ...] = tuple(walk(state))
        self.refs: tuple[Ref, ...] = tuple(ref for ref, _ in self.tree)
        self.servers: tuple[str, ...] = tuple(state.servers)

    def access(self, ref: Ref) -> Access:
        """What ``ref`` may use."""
        access = self._access.get(ref)
        if access is None:
            access = self._access[ref] = decide(self._state, ref, self._sets)
        return access

    def mark(self, ref: Ref, server: str) -> Mark:
        """The mark of one cell, cheaper than the whole of it."""
        access = self.access(ref)
        own = self._own(ref, server)
        if not access.allows_server(server):
            is_off = not self._state.servers[server].enabled
            return Mark.DENIED if not is_off and (own == "allows" or access.denies_server(server)) else Mark.NONE
        if access.restricts_tools(server):
            return Mark.PARTLY
        found = subject(self._state, ref)
        return Mark.ALLOWED if found is not None and server in (found.servers or ()) else Mark.ABOVE

    def tool_mark(self, ref: Ref, server: str, tool: str) -> Mark:
        """The mark of one tool of ``server``."""
        access = self.access(ref)
        if not access.allows_server(server):
            return self.mark(ref, server)
        if not access.allows_tool(server, tool):
            return Mark.DENIED
        found = subject(self._state, ref)
        own = (found.tools if found is not None else None) or {}
        return Mark.ALLOWED if any(server in self._sets.named_by(name) for name in own) else Mark.ABOVE

    def cell(self, ref: Ref, server: str) -> Cell:
        """One cell."""
        cell = self._cells.get((ref, server))
        if cell is None:
            cell = self._cells[ref, server] = self._cell(ref, server)
        return cell

    def _cell(self, ref: Ref, server: str) -> Cell:
        access = self.access(ref)
        own, decision = self._own(ref, server), access.server(server)
        partly = decision.allowed and access.restricts_tools(server)
        return Cell(ref, self.mark(ref, server), own, partly, decision)

    def _own(self, ref: Ref, server: str) -> Verdict:
        found = subject(self._state, ref)
        return self._sets.line(found.servers if found is not None else ()).verdict(server)
