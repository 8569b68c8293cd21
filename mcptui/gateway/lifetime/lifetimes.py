"""The one registry of what stays open on behalf of a principal, and the one place that ends it with its access."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import Any, Final, Literal, Protocol, TypeAlias

from mcptui.gateway.identity import clock
from mcptui.gateway.lifetime.expiry import next_expiry
from mcptui.gateway.principal import Principal
from mcptui.gateway.snapshot import Snapshot

#: Timers count in a clock that may stand still while the machine sleeps, so long waits are taken in parts, seconds.
_LONGEST_TIMER: Final = 600.0


#: What a client holds open.
Kind: TypeAlias = Literal["session", "stream", "call"]


class ClientSide(Protocol):
    """What is known of a client: a session or a request of it."""

    @property
    def client_info(self) -> dict[str, Any] | None:
        """What it calls itself."""
        ...

    @property
    def version(self) -> str:
        """Of the protocol."""
        ...


class Open:
    """Something that stays open: a stream, a session, a call, a suspended call, a response, connections.

    Args:
        principal: on whose behalf; may become another one with another credential of the same key.
        end: ends it; may be called more than once, and must not wait. A class that ends itself overrides
            :meth:`end` instead: an object that holds its own bound method waits for the collector of cycles.
        still_valid: whether a snapshot allows it, apart from whether the principal itself may still be used.
        kind: what a client holds open with it; None where it is no client's, or part of what has a kind.
        peer: the client whose it is, as far as that is known.
    """

    __slots__ = ("_end", "_still_valid", "kind", "peer", "principal", "since", "used")

    def __init__(
        self,
        principal: Principal,
        end: Callable[[], object] | None = None,
        still_valid: Callable[[Snapshot], bool] | None = None,
        *,
        kind: Kind | None = None,
        peer: ClientSide | None = None,
    ) -> None:
        self.principal = principal
        self.kind = kind
        self.peer = peer
        #: Monotonic seconds: opened, and last used.
        self.since = self.used = time.monotonic()
        self._end = end
        self._still_valid = still_valid

    def end(self) -> None:
        """End it."""
        if self._end is not None:
            self._end()

    def disconnect(self) -> None:
        """End it though it is allowed: the operator wants that."""
        self.end()

    def is_valid(self, snapshot: Snapshot) -> bool:
        """Whether it may stay open with ``snapshot`` in effect."""
        return snapshot.is_valid(self.principal) and (self._still_valid is None or self._still_valid(snapshot))


class Lifetimes:
    """Knows the snapshot in effect, and ends what a new one, a revocation or an expiry no longer allows."""

    def __init__(self, snapshot: Snapshot) -> None:
        #: The newest one: what is allowed now.
        self.snapshot = snapshot
        #: In the order in which they were opened.
        self._open: dict[Open, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        #: Where all of it runs, once it runs: asking for it is a system call before Python 3.12.
        self.loop: asyncio.AbstractEventLoop | None = None

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, opened: Open) -> bool:
        return opened in self._open

    @property
    def open(self) -> Collection[Open]:
        """All that is open, in the order in which it was opened."""
        return self._open.keys()

    def add(self, opened: Open) -> None:
        """Keep ``opened`` in mind until :meth:`remove`; if its access was lost while it was opened, end it at once."""
        if opened.is_valid(self.snapshot):
            self.keep(opened)
        else:
            opened.end()

    def keep(self, opened: Open) -> None:
        """As :meth:`add`, for what the snapshot in effect is known to allow."""
        self._open[opened] = None

    def remove(self, opened: Open) -> None:
        """It has ended, however it did."""
        self._open.pop(opened, None)

    def during(self, opened: Open) -> _During:
        """A context in which ``opened`` is open."""
        return _During(self, opened)

    def start(self) -> None:
        """Wait for the first expiry."""
        self.loop = asyncio.get_running_loop()
        self._wait_for_expiry()

    def use(self, snapshot: Snapshot) -> None:
        """Put ``snapshot`` into effect, and end what it does not allow."""
        self.snapshot = snapshot
        self._end_invalid()
        self._wait_for_expiry()

    def close(self) -> None:
        """Wait for no expiry any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def disconnect(self, is_theirs: Callable[[Open], bool]) -> int:
        """End what is of one client, as :meth:`_end_invalid` does; how much that was."""
        ended = [opened for opened in self._open if is_theirs(opened)]
        for opened in reversed(ended):
            self.remove(opened)
            opened.disconnect()
        return len(ended)

    def _end_invalid(self) -> None:
        """What was opened last ends first: a call tells its server so on a connection that was opened before it."""
        ended = [opened for opened in self._open if not opened.is_valid(self.snapshot)]
        for opened in reversed(ended):
            self.remove(opened)
            opened.end()

    def _wait_for_expiry(self) -> None:
        """A key, or the one before a rotation, ends without a change of the state."""
        self.close()
        now = clock.now()
        moment = next_expiry(self.snapshot.state, now)
        if moment is not None:
            seconds = min((moment - now).total_seconds() + 0.01, _LONGEST_TIMER)
            self._timer = asyncio.get_running_loop().call_later(seconds, self._expired)

    def _expired(self) -> None:
        self._end_invalid()
        self._wait_for_expiry()


class _During:
    __slots__ = ("_lifetimes", "_opened")

    def __init__(self, lifetimes: Lifetimes, opened: Open) -> None:
        self._lifetimes = lifetimes
        self._opened = opened

    def __enter__(self) -> None:
        self._lifetimes.add(self._opened)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lifetimes.remove(self._opened)
