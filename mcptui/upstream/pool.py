"""The open connections of one server: who uses which, and when they are closed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.errors import BusyError, UpstreamError
from mcptui.upstream.lease import CATALOGUE, SHARED, Lease, Owner
from mcptui.upstream.pace import Pace

#: How long cancelled requests may take to tell the server, seconds.
CANCELLATION: Final = 10.0
#: Connections a second that one principal may have opened in the long run; ten at once.
OPENED_PER_SECOND: Final = 1
#: Processes of a server that are started at a time, and how long one counts as such, seconds: starting takes all of a
#: core for a moment, which others need too.
STARTED_AT_ONCE: Final = 4
START: Final = 2.0
#: The gateway itself, and everybody.
_OF_NOBODY: Final = (CATALOGUE.principal, SHARED.principal)


class PoolFullError(BusyError):
    """Too many connections, all of them in use."""


class _Opening:
    """A connection that is being opened, and how many wait for it."""

    __slots__ = ("is_in_line", "task", "waiting")

    task: asyncio.Task[Lease]

    def __init__(self) -> None:
        self.waiting = 0
        #: Others use all places.
        self.is_in_line = False

    def leave(self) -> None:
        """One of those who wait has given up."""
        self.waiting -= 1
        if self.task.done():
            if not self.task.cancelled() and self.task.exception() is None:
                self.task.result().give_back()  # it was counted when that was opened
        elif self.is_in_line and not self.waiting:
            self.task.cancel()


class Pool:
    """Connections by owner; opening is done once however many wait for it.

    Args:
        limit: the most connections kept at a time; beyond, the longest unused goes, or the opening waits in line.
        limit_of_one: the most of one principal, likewise.
        clock: seconds that only grow, for the pace at which connections are opened; None for any pace.
    """

    def __init__(
        self,
        *,
        limit: int,
        limit_of_one: Callable[[], int] | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._limit = limit
        self._limit_of_one = limit_of_one or (lambda: limit)
        self._clock = clock
        self._leases: dict[Owner, Lease] = {}
        self._opening: dict[Owner, _Opening] = {}
        #: Those being opened that have their place, by principal.
        self._admitted: Counter[str] = Counter()
        #: Who waits for a place, oldest first.
        self._line: dict[asyncio.Future[Lease | None], Owner] = {}
        self._paces: dict[str, Pace] = {}
        self._starting = asyncio.Semaphore(STARTED_AT_ONCE)
        #: Those that take no more requests, closed when the last one under way was answered.
        self._retiring: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._leases)

    @property
    def is_busy(self) -> bool:
        """Whether any connection is in use."""
        return bool(self._opening) or any(lease.users for lease in self._leases.values())

    def find(self, owner: Owner) -> Lease | None:
        """The connection of ``owner`` that takes requests."""
        lease = self._leases.get(owner)
        if lease is not None and lease.connection.closed:
            del self._leases[owner]
            retiring = start_task(_retire(lease, None), name="retire connection")
            self._retiring.add(retiring)
            retiring.add_done_callback(self._retiring.discard)
            return None
        return lease

    def find_where(self, condition: Callable[[Owner], bool]) -> Lease | None:
        """The live connection of the first owner that fulfils ``condition``."""
        return next((lease for owner in list(self._leases) if condition(owner) and (lease := self.find(owner))), None)

    def hand_over(self, owner: Owner, new_owner: Owner) -> Lease | None:
        """Give a connection that nobody else saw to its first user; None if there is none, or the user has another."""
        lease = self.find(owner)
        if lease is None or new_owner in self._opening or self.find(new_owner) is not None:
            return None
        self._leases[new_owner] = self._leases.pop(owner)
        lease.owner = new_owner
        return lease

    async def open(self, owner: Owner, opener: Callable[[], Awaitable[Lease]], patience: float = 0.0) -> Lease:
        """The connection of ``owner``, opened by ``opener`` if there is none, and taken: the caller gives it back.

        Args:
            owner: whose it is.
            opener: opens it.
            patience: how long a place for it is waited for, where others use all, seconds.

        Raises:
            PoolFullError: too many connections, all in use; or what ``opener`` raises.
            UpstreamError: its owner ended meanwhile.
        """
        lease = self.find(owner)
        if lease is not None:
            return lease.take()
        opening = self._opening.get(owner)
        if opening is None or opening.task.done():
            opening = self._opening[owner] = _Opening()
            opening.task = start_task(
                self._open(owner, opener, opening, patience), name="open connection", awaited=True
            )
            opening.task.add_done_callback(lambda _: self._opened(owner, opening))
        opening.waiting += 1
        try:
            await asyncio.wait([opening.task])
        except asyncio.CancelledError:
            opening.leave()
            raise
        if opening.task.cancelled():
            raise UpstreamError("the connection was closed while it was opened")
        return opening.task.result()

    def _opened(self, owner: Owner, opening: _Opening) -> None:
        if self._opening.get(owner) is opening:
            del self._opening[owner]
        self._serve_line()

    async def _open(
        self, owner: Owner, opener: Callable[[], Awaitable[Lease]], opening: _Opening, patience: float
    ) -> Lease:
        await self._keep_pace(owner, patience)
        is_admitted, in_the_way = self._admit(owner)
        if not is_admitted:
            opening.is_in_line = True
            in_the_way = await self._wait_for_place(owner, patience)
            opening.is_in_line = False
        try:
            if in_the_way is not None:
                await _close(in_the_way)
            if self._clock is None:
                lease = self._leases[owner] = await opener()
            else:
                async with self._a_few_at_once():
                    lease = self._leases[owner] = await opener()
        finally:
            self._admitted[owner.principal] -= 1
        lease.freed = self._serve_line
        # Before anybody else has a turn: whoever waits for it uses it.
        lease.users += opening.waiting
        return lease

    @contextlib.asynccontextmanager
    async def _a_few_at_once(self) -> AsyncIterator[None]:
        await self._starting.acquire()
        loop = asyncio.get_running_loop()
        done = loop.call_later(START, self._starting.release)
        try:
            yield
        finally:
            if loop.time() < done.when():
                done.cancel()
                self._starting.release()

    async def _keep_pace(self, owner: Owner, patience: float) -> None:
        """Wait where the principal has opened many lately: what each of its clients declares is its own choice."""
        if self._clock is None or owner.principal in _OF_NOBODY:
            return
        pace = self._paces.setdefault(owner.principal, Pace(lambda: OPENED_PER_SECOND, self._clock))
        pause = pace.ahead(patience)
        if pause > patience:
            raise PoolFullError(
                "this key has opened too many connections to this server lately", hint="Try again later."
            )
        if pause:
            await asyncio.sleep(pause)

    def _admit(self, owner: Owner) -> tuple[bool, Lease | None]:
        """Take a place for a connection of ``owner`` if one can be had, and what is to be closed for it."""
        for each in list(self._leases):
            self.find(each)  # what has closed by itself takes no place
        held = self._held()
        mine, has_all = held[owner.principal], held[owner.principal] >= self._limit_of_one()
        lease = None
        if has_all or held.total() >= self._limit:
            unused = [
                each
                for each in self._leases.values()
                if each.users == 0 and (not has_all or each.owner.principal == owner.principal)
            ]
            if not unused:
                return False, None
            # One that has fewer than this principal keeps them.
            lease = min(unused, key=lambda each: (each.is_kept, held[each.owner.principal] < mine, each.last_used))
            del self._leases[lease.owner]
        self._admitted[owner.principal] += 1
        return True, lease

    def _held(self) -> Counter[str]:
        """How many places each principal has."""
        return self._admitted + Counter(owner.principal for owner in self._leases)

    async def _wait_for_place(self, owner: Owner, patience: float) -> Lease | None:
        """Wait in line until :meth:`_admit` has a place for ``owner``; what is to be closed for it.

        Raises:
            PoolFullError: none became free.
        """
        place: asyncio.Future[Lease | None] = asyncio.get_running_loop().create_future()
        self._line[place] = owner
        try:
            async with asyncio.timeout(patience):
                return await place
        except TimeoutError:
            self._step_out(owner, place)
            raise PoolFullError(
                f"all {min(self._limit, self._limit_of_one())} connections to this server are in use",
                hint="Raise max_processes for this server, or set isolation to key: its clients share one then.",
            ) from None
        except asyncio.CancelledError:
            self._step_out(owner, place)
            raise
        finally:
            self._line.pop(place, None)

    def _step_out(self, owner: Owner, place: asyncio.Future[Lease | None]) -> None:
        """Nobody is left to use a place that may just have been found."""
        if not place.done() or place.cancelled():
            return
        self._admitted[owner.principal] -= 1
        if (lease := place.result()) is not None:
            self._leases.setdefault(lease.owner, lease)
        self._serve_line()

    def _serve_line(self) -> None:
        """Give places that are free to who waits: first to those who have fewest, then to who has waited longest."""
        while self._line:
            held = self._held()
            for place, owner in sorted(self._line.items(), key=lambda turn: held[turn[1].principal]):
                if not place.done() and (found := self._admit(owner))[0]:
                    del self._line[place]
                    place.set_result(found[1])
                    break
            else:
                return

    async def close(self, owner: Owner) -> None:
        """Close the connection of ``owner``, if there is one."""
        lease = self._leases.pop(owner, None)
        if lease is not None:
            await _close(lease)
            self._serve_line()

    async def close_where(self, condition: Callable[[Owner], bool]) -> None:
        """Close every connection whose owner fulfils ``condition``, also one that is being opened."""
        self._open_no_more(condition)
        await asyncio.gather(*(self.close(owner) for owner in list(self._leases) if condition(owner)))

    async def retire_where(self, condition: Callable[[Owner], bool]) -> None:
        """Close every connection whose owner fulfils ``condition``, once its cancelled requests have ended.

        A request that is cancelled tells the server so, for which it still needs the connection.
        """

        self._open_no_more(condition)
        retired = [self._leases.pop(owner) for owner in list(self._leases) if condition(owner)]
        self._serve_line()
        await asyncio.gather(*(_retire(lease, CANCELLATION) for lease in retired))

    async def close_idle(self, idle: float, *, but: Owner | None = None) -> None:
        """Close what nobody used for ``idle`` seconds, and forget what has closed by itself.

        Connections of client sessions stay as long as these: servers may keep state in them.

        Args:
            idle: seconds.
            but: whose connection stays too.
        """
        limit = time.monotonic() - idle
        for owner in list(self._leases):
            self.find(owner)
        unused = [lease.owner for lease in self._leases.values() if lease.last_used < limit and _may_go(lease)]
        await asyncio.gather(*(self.close(owner) for owner in unused if owner != but))

    async def close_all(self) -> None:
        """Close everything, also what is being opened."""
        opening = [each.task for each in self._opening.values()]
        for task in self._retiring:
            task.cancel()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await self.close_where(lambda _: True)
        await asyncio.gather(*opening, return_exceptions=True)

    def _open_no_more(self, condition: Callable[[Owner], bool]) -> None:
        for owner, opening in self._opening.items():
            if condition(owner):
                opening.task.cancel()


async def _retire(lease: Lease, patience: float | None) -> None:
    """Close it when no request uses it any more, or after ``patience`` seconds."""
    try:
        await lease.unused(patience)
    finally:
        await _close(lease)


def _may_go(lease: Lease) -> bool:
    return lease.users == 0 and not lease.is_kept and not lease.owner.session


async def _close(lease: Lease) -> None:
    lease.client.ask = None  # it leads to a session that may have ended
    with contextlib.suppress(UpstreamError, RpcError, OSError):
        await lease.connection.close()
