"""Which servers of a key a model sees in a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from mcptui.access import decide
from mcptui.model import State

#: None is all that the key may use, also those that it may use later.
Servers: TypeAlias = Sequence[str] | None


def reachable(state: State, key: str | None) -> tuple[str, ...]:
    """The servers of ``key``; None is the owner."""
    return decide(state, key).servers


def words(state: State, key: str | None, chosen: Servers) -> str:
    """The choice in a few words."""
    names = reachable(state, key)
    if not names:
        return "no server"
    seen = len(names) if chosen is None else len(set(chosen) & set(names))
    if seen == len(names):
        return "all servers" if len(names) > 1 else f"server {names[0]}"
    return f"{seen or 'none'} of {len(names)} servers"
