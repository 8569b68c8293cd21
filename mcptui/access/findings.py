"""Findings about access: unused keys, unreachable servers, redundant entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from mcptui.access.drafts import limits
from mcptui.access.levels import ServerSets
from mcptui.access.policy import decide
from mcptui.access.subjects import Ref, subject, walk
from mcptui.model.times import until_words

if TYPE_CHECKING:
    from mcptui.access.policy import Access
    from mcptui.model import Key, State, Subject

FindingKind: TypeAlias = Literal[
    "unused_key", "expired_key", "unreachable_server", "useless_entry", "no_access", "no_keys"
]

#: How long a key is unused before it is a finding.
UNUSED_AFTER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding about a subject or a server, with a hint."""

    kind: FindingKind
    message: str
    hint: str
    ref: Ref | None = None
    server: str | None = None
    #: The entry of the subject's ``servers`` list that has no effect.
    entry: str | None = None

    @property
    def is_hint(self) -> bool:
        """Whether it only could be simpler: a redundant entry, which is no matter of security."""
        return self.kind == "useless_entry"


def findings(
    state: State, last_used: Mapping[str, datetime], now: datetime, *, unused_after: timedelta = UNUSED_AFTER
) -> list[Finding]:
    """All findings, keys first.

    Args:
        state: the applied state.
        last_used: when each key was last used, as far as it was.
        now: the present.
        unused_after: days without use before a key is a finding.
    """
    sets = ServerSets(state)
    access = {ref: decide(state, ref, sets) for ref, _ in walk(state)}
    return [
        *(found for key in state.keys.values() for found in _of_key(key, last_used.get(key.name), now, unused_after)),
        *_without_access(state, access),
        *_unreachable(state, access, now),
        *(found for ref in access for found in _useless(state, ref, access[ref], sets)),
    ]


def _of_key(key: Key, used: datetime | None, now: datetime, unused_after: timedelta) -> Iterator[Finding]:
    ref = Ref("key", key.name)
    if key.expires is not None and key.expires <= now:
        yield Finding("expired_key", f"{ref} expired {until_words(key.expires, now)}", "Delete or extend it.", ref)
    if not key.works(now):
        return
    since = max((moment for moment in (used, key.created) if moment is not None), default=None)
    if since is not None and now - since >= unused_after:
        days = f"{(now - since).days} days"
        words = f"unused for {days}" if used is not None else f"never used in {days}"
        yield Finding("unused_key", f"{ref} {words}", "Disable it if it is not needed.", ref)


def _without_access(state: State, access: Mapping[Ref, Access]) -> Iterator[Finding]:
    for name, key in state.keys.items():
        ref = Ref("key", name)
        if key.enabled and state.servers and not access[ref].servers:
            yield Finding("no_access", f"{ref} has no access", "Grant a server to it or to a level above.", ref)


def _unreachable(state: State, access: Mapping[Ref, Access], now: datetime) -> Iterator[Finding]:
    enabled = [name for name, server in state.servers.items() if server.enabled]
    keys = [name for name, key in state.keys.items() if key.works(now)]
    if not keys:
        if enabled:
            yield Finding("no_keys", "no active key, so no client has access", "Create a key.")
        return
    reached = {server for name in keys for server in access[Ref("key", name)].servers}
    for server in enabled:
        if server not in reached:
            message = f"no key has access to server {server}"
            yield Finding("unreachable_server", message, "Grant it to a team or a key, or disable it.", server=server)


def _useless(state: State, ref: Ref, access: Access, sets: ServerSets) -> Iterator[Finding]:
    """Entries without an effect."""
    found = subject(state, ref)
    for entry in (found.servers if found is not None else None) or ():
        if not entry.startswith("!") and found is not None and (why := _why_useless(state, access, sets, found, entry)):
            message = f"Redundant: {ref} lists {entry}, {why}"
            yield Finding("useless_entry", message, "Remove it.", ref, entry=entry)


def _why_useless(state: State, access: Access, sets: ServerSets, found: Subject, entry: str) -> str | None:
    kept = tuple(other for other in found.servers or () if other != entry)
    if not limits(kept):
        return None  # without it, the list would not be set
    named = _in_order(state, sets.named_by(entry))
    if not named:
        return "which has no servers"
    others = [other for other in kept if not other.startswith("!")]
    # Most entries name one server, themselves.
    covered = frozenset(others).union(*(sets.named_by(other) for other in others if other.startswith(("@", "*"))))
    rest = [name for name in named if name not in covered]
    if not rest:
        covering = next(other for other in others if named[0] in sets.named_by(other))
        return f"and {covering} includes it"
    if any(access.allows_server(name) and not state.servers[name].allow_all_keys for name in rest):
        return None
    decision = access.server(rest[0])
    return f"but {decision.reason}"


def _in_order(state: State, names: frozenset[str]) -> list[str]:
    """Those of ``names`` that are servers, in the order of the file."""
    if len(names) == 1:  # as nearly every entry, and there are many
        return [name for name in names if name in state.servers]
    return [name for name in state.servers if name in names]
