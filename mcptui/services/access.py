"""Access: bulk changes, usage from the call log, findings."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mcptui.access import findings as rules
from mcptui.access.denial import Denial, missing
from mcptui.access.drafts import Draft, drafted, granted, revoked
from mcptui.access.findings import UNUSED_AFTER, Finding
from mcptui.access.subjects import KINDS, Ref, subject, table
from mcptui.control.interface import CallHistory
from mcptui.errors import NotFoundError, UnreachableError
from mcptui.protocol.text import counted
from mcptui.services.checks import require, require_servers
from mcptui.services.subjects import require_references

if TYPE_CHECKING:
    from mcptui.access.denial import Missing
    from mcptui.model import State
    from mcptui.model.runtime import CallRecord
    from mcptui.services.workspace import Change, Workspace
    from mcptui.state.statements import KeyPath


@dataclass(frozen=True, slots=True)
class Usage:
    """Usage from the call log: last use and number of calls by key, and by key and server."""

    last_used: Mapping[str, datetime] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    #: (key, server) → (calls, last use).
    by_server: Mapping[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)


def apply_draft(
    ws: Workspace,
    draft: Draft | Callable[[State], Draft],
    summary: str = "Access changed",
    *,
    expected: str | None = None,
    unset: Collection[KeyPath] = (),
) -> Change:
    """Save several changed subjects as one change, which one undo takes back.

    Args:
        ws: the home.
        draft: the subjects as they are to be; or makes them from the state that is in the file then.
        summary: what the change is called.
        expected: the revision of the file that the draft was made from.
        unset: keys of the file with their default, whose lines go.

    Raises:
        NotFoundError: a subject is gone, or it newly names something that does not exist.
        RefusedError: the file is not of revision ``expected`` any more.
        StateError: the file cannot be used.
    """

    def edit(state: State) -> State:
        wanted = draft(state) if callable(draft) else draft
        for ref, changed in wanted.items():
            before = require(table(state, ref.kind), ref.kind, ref.name)
            require_references(state, changed, before)
        return drafted(state, wanted)

    return ws.change(summary, edit, expected=expected, unset=unset)


def grant(ws: Workspace, refs: Collection[Ref], servers: Collection[str]) -> Change:
    """Have the levels ``refs`` allow ``servers`` (names, ``@group``, ``*``), as one change.

    Raises:
        NotFoundError: a subject, server or group does not exist.
        StateError: the file cannot be used.
    """
    return apply_draft(ws, _checked(refs, servers, granted), _summary("granted to", refs, servers))


def revoke(ws: Workspace, refs: Collection[Ref], servers: Collection[str]) -> Change:
    """Have ``refs`` lose ``servers``, as one change.

    Raises:
        NotFoundError: a subject, server or group does not exist.
        StateError: the file cannot be used.
    """
    return apply_draft(ws, _checked(refs, servers, revoked), _summary("revoked from", refs, servers))


def find_ref(state: State, text: str) -> Ref:
    """The subject that ``kind:name`` means, or a name that only one subject has.

    Raises:
        NotFoundError: none, or several.
    """
    kind, colon, name = text.partition(":")
    if colon and kind in KINDS:
        ref = Ref.parse(text)
        require(table(state, ref.kind), ref.kind, name)
        return ref
    found = [Ref(each, text) for each in KINDS if subject(state, Ref(each, text)) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(ref.key for ref in found)
        raise NotFoundError(f'"{text}" is the name of several subjects', hint=f"Specify {names}.")
    known = [ref.key for each in KINDS for ref in (Ref(each, name) for name in table(state, each))]
    close = difflib.get_close_matches(text, [name.partition(":")[2] for name in known], n=1, cutoff=0.5)
    raise NotFoundError(
        f'there is no org, team, user or key "{text}"', hint=f'Did you mean "{close[0]}"?' if close else None
    )


async def usage(gateway: CallHistory) -> Usage | None:
    """Last use and counts, from the gateway's call log; None while no gateway runs to tell it.

    Raises:
        McptuiError: the call log cannot be read.
    """
    try:
        uses = await gateway.uses()
    except UnreachableError:
        return None
    last: dict[str, datetime] = {}
    calls: dict[str, int] = {}
    by_server: dict[tuple[str, str], tuple[int, datetime]] = {}
    for use in uses:
        at = datetime.fromtimestamp(use.at, UTC)
        last[use.key] = max(at, last.get(use.key, at))
        calls[use.key] = calls.get(use.key, 0) + use.calls
        if use.server is not None:
            by_server[use.key, use.server] = use.calls, at
    return Usage(last, calls, by_server)


def findings(
    state: State, used: Usage | None, now: datetime, *, unused_after: timedelta = UNUSED_AFTER
) -> list[Finding]:
    """Findings: unused keys (where ``used`` is known), unreachable servers, entries without effect."""
    found = rules.findings(state, used.last_used if used is not None else {}, now, unused_after=unused_after)
    return [each for each in found if used is not None or each.kind != "unused_key"]


def grant_missing(state: State, call: CallRecord) -> Missing | None:
    """The access a denied call needs, and the draft that grants it; None if the call was not denied."""
    if call.denied is None or call.key not in state.keys:
        return None
    denied = Denial(**call.denied)
    return missing(state, call.key, denied.feature, denied.server, denied.name)


def _checked(
    refs: Collection[Ref], servers: Collection[str], make: Callable[[State, Iterable[Ref], Iterable[str]], Draft]
) -> Callable[[State], Draft]:
    def draft(state: State) -> Draft:
        for ref in refs:
            require(table(state, ref.kind), ref.kind, ref.name)
        require_servers(state, servers)
        return make(state, refs, servers)

    return draft


def _summary(done: str, refs: Collection[Ref], servers: Collection[str]) -> str:
    who = str(next(iter(refs))) if len(refs) == 1 else counted(len(refs), "subject")
    return f"{', '.join(servers)} {done} {who}"
