"""Handshake sessions: bound to their principal, bounded in number and idle time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from mcptui.gateway.fronts.mcp.kept import Kept
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.stores.owners import OwnerStore
from mcptui.tasks import start_task

#: Clients rarely end their sessions, so they expire, seconds.
IDLE: Final = 30 * 60.0


class SessionStore:
    """Sessions by id.

    Args:
        on_end: told about every session that ends, however it ends.
        lifetimes: ends those whose key may no longer be used.
        owners: tells other replicas whose the sessions are.
        replica: the id of this one.
    """

    def __init__(
        self, on_end: Callable[[Session], None], lifetimes: Lifetimes, owners: OwnerStore, replica: str
    ) -> None:
        self._sessions: dict[str, Session] = {}
        #: What their streams keep.
        self.all_kept = Kept()
        #: Those of each principal, the longest unused first.
        self._of: dict[str, OrderedDict[str, Session]] = {}
        self._on_end = on_end
        self._lifetimes = lifetimes
        self._owners = owners
        self._replica = replica

    def __len__(self) -> int:
        return len(self._sessions)

    async def add(self, session: Session) -> None:
        """Keep a new session. The longest unused of its key makes room; where there are too many of all keys, that of
        the key that has most."""
        await self._owners.claim(owned_name(session.id), self._replica)
        limits = self._lifetimes.snapshot.state.gateway
        if session.id not in self._sessions:
            if len(self._sessions) >= limits.max_sessions:
                self._end_longest_unused(max(self._of.values(), key=len))
            mine = self._of.get(session.principal.id)
            if mine is not None and len(mine) >= limits.max_sessions_per_key:
                self._end_longest_unused(mine)
        self._sessions[session.id] = session
        self._of.setdefault(session.principal.id, OrderedDict())[session.id] = session
        if session.opened is None:
            session.opened = Open(session.principal, partial(self.end, session), kind="session", peer=session)
            self._lifetimes.add(session.opened)

    def get(self, id_: str) -> Session | None:
        """The session with this id."""
        return self._sessions.get(id_)

    def find(self, id_: str, principal: Principal, scope: Scope) -> Session | None:
        """The session, if it is this principal's: an id is never a credential."""
        session = self._sessions.get(id_)
        if session is None or session.principal != principal or session.scope != scope:
            return None
        session.used_by(principal)
        self._of[principal.id].move_to_end(id_)
        return session

    def end(self, session: Session) -> None:
        """Forget ``session``."""
        if self._sessions.pop(session.id, None) is not None:
            mine = self._of[session.principal.id]
            del mine[session.id]
            if not mine:
                del self._of[session.principal.id]
            if session.opened is not None:
                self._lifetimes.remove(session.opened)
            session.end()
            start_task(self._owners.release(owned_name(session.id), self._replica), name="release session")
            self._on_end(session)

    def _end_longest_unused(self, sessions: Mapping[str, Session]) -> None:
        self.end(next(iter(sessions.values())))

    def end_idle(self) -> None:
        """Forget those that nobody used for long, and what the others keep in vain."""
        for session in self._sessions.values():
            session.drop_old_streams()
        limit = time.monotonic() - IDLE
        for session in [each for each in self._sessions.values() if each.last_used < limit and not each.in_use]:
            self.end(session)

    def end_all(self) -> None:
        """Forget all: the gateway stops."""
        for session in list(self._sessions.values()):
            self.end(session)


def owned_name(id_: str) -> str:
    """The name of a session among all that replicas own."""
    return f"session {id_}"
