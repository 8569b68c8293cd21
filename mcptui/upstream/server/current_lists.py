"""The lists of one server, read when it is started and kept current."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import Connection, Peer
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.lease import Lease
from mcptui.upstream.server.apart_lists import ApartLists
from mcptui.upstream.server.audience import Audience
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.freshness import ANNOUNCED, LEAST_PAUSE, lifetime
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.list_reader import ListReader
from mcptui.upstream.server.lists import Lists, Offer
from mcptui.upstream.server.session_lists import TOOLS_CHANGED
from mcptui.upstream.server.subscriptions import ResourceSubscriptions
from mcptui.upstream.server.vitals import Vitals

log = logging.getLogger(__name__)

#: A burst of list_changed becomes one refresh, seconds.
COALESCE: Final = 0.1
_SWEEP: Final = 30.0
#: How long the other lists may take to be shown together with the tools, seconds.
TOGETHER: Final = 0.25
#: How long who wants a list waits in all, and for one that is to be read again, seconds.
FIRST_READ: Final = 2.0
READ_AGAIN: Final = 1.0
#: An ordinary start takes less, seconds; one that takes longer installs something, and no list waits for it.
NEW_START: Final = 10.0


@contextlib.asynccontextmanager
async def _a_moment() -> AsyncIterator[None]:
    """Until :data:`FIRST_READ` is over, whatever is waited for."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FIRST_READ):
            yield


class CurrentLists:
    """Reads the lists in the background; also looks at a server that is down, and closes what nobody uses.

    Args:
        known: of the server.
        connections: of the server.
        vitals: learns from every reading.
        subscriptions: on the connections of the server.
        tell: told (what happened, client session or "") of "lists" when they have changed, and of what the server
            announced once that was read.
    """

    def __init__(
        self,
        known: Known,
        connections: Connections,
        vitals: Vitals,
        subscriptions: ResourceSubscriptions,
        tell: Callable[[str, str], None],
    ) -> None:
        #: What clients see that declare nothing.
        self.value = Lists()
        #: It was read, by this process or an earlier one.
        self.is_known = False
        #: What some clients see.
        self.apart = ApartLists(known, connections, subscriptions.follow, self._everybody, tell)
        self._known = known
        self._connections = connections
        self._vitals = vitals
        self._subscriptions = subscriptions
        self._tell = tell
        self._wanted = asyncio.Event()
        #: Somebody asks for them: a process may be started for that.
        self._is_demanded = False
        self._keeper: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        #: This process has read them, or failed to.
        self._asked = asyncio.Event()
        #: Until when somebody who wants them waits for the first reading, monotonic seconds.
        self._awaited_until = math.inf
        self._read_at = 0.0
        #: When somebody last named what no list had.
        self._looked_at = -LEAST_PAUSE
        #: Lists that the server said have changed, told on when they have been read.
        self._announced: set[str] = set()

    def start(self) -> None:
        """Read them, unless that would start a process only to learn what is known, and keep them current."""
        if self._known.config.enabled and self._keeper is None:
            if not (self._known.is_restored and self._known.is_on_demand):
                self.refresh()
            self._awaited_until = time.monotonic() + NEW_START
            self._keeper = start_task(self._keep(), name=f"server {self._known.config.name}")

    async def close(self) -> None:
        """Read them no more."""
        self.apart.close()
        tasks = [task for task in (self._keeper, self._reading) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def refresh(self) -> None:
        """Read them again soon, also where a process has to be started for that."""
        self._is_demanded = True
        self._wanted.set()

    def look_again(self, pause: float) -> None:
        """Read them again after ``pause`` seconds, if that starts no process that nobody needs."""
        asyncio.get_running_loop().call_later(pause, self.look_if_free)

    def look_if_free(self) -> None:
        """Read them again soon, if that starts no process that nobody needs."""
        self._wanted.set()

    def announced(self, method: str, session: str) -> None:
        """The server says that a list has changed: to a client session on its own connection, or to everybody."""
        if not session:
            self._announced.add(method)
            self.look_if_free()
            return
        self.apart.sessions.announced(session, method)
        self.look_if_free()  # perhaps not for that session alone

    def restore(self, peer: Peer, lists: Lists) -> None:
        """Show what an earlier process has read, until the server can be asked."""
        if self._known.config.enabled:
            self.show(peer, lists)
            self._known.restored(peer)

    def show(self, peer: Peer | None, lists: Lists) -> None:
        """Show what was known of the server; it counts as not read."""
        self._known.peer, self.value = peer, lists
        self.is_known = peer is not None

    def _everybody(self) -> Offer:
        return Offer(self._known.peer, self.value)

    async def current(self, audience: Audience, *, starting: bool) -> None:
        """Have what ``audience`` sees read where it is out of date or was never read; waits for a moment at most.

        Args:
            audience: who wants a list.
            starting: whether a process may be started to know what clients of its profile see.
        """
        if not self.is_current(audience, starting=starting):
            async with _a_moment():
                await self._have_read(audience, starting=starting)

    async def _have_read(self, audience: Audience, *, starting: bool) -> None:
        if self._is_awaited:
            await self._asked.wait()
        self.apart.forget_lost(audience.session)
        if (reading := self.apart.sessions.reading(audience.session)) is not None:
            await asyncio.wait([reading], timeout=READ_AGAIN)
        if self._is_due():
            await asyncio.wait([self.read_now()], timeout=READ_AGAIN)
        profiles, profile = self.apart.profiles, audience.profile
        if self._wants_profile(audience, starting=starting):
            reading = profiles.reading(profile)
            await asyncio.wait([reading], timeout=READ_AGAIN if profiles.is_apart(profile) else None)

    def is_current(self, audience: Audience, *, starting: bool) -> bool:
        """Whether :meth:`current` has nothing to wait for."""
        if self._is_awaited:
            return False
        if self.apart.is_lost(audience.session) or self.apart.sessions.reading(audience.session) is not None:
            return False
        return not self._is_due() and not self._wants_profile(audience, starting=starting)

    async def look_for(self, audience: Audience) -> None:
        """Somebody names what no list has: read them once more; waits for a moment at most."""
        self._looked_at = time.monotonic()
        async with _a_moment():
            await asyncio.wait([self.read_now()])
            await self._have_read(audience, starting=True)

    @property
    def may_have_more(self) -> bool:
        """Whether :meth:`look_for` is worth it: not just after somebody has."""
        is_due = time.monotonic() - self._looked_at > LEAST_PAUSE
        return is_due and self._can_be_asked() and self._may_read()

    def _age(self) -> float:
        return time.monotonic() - self._read_at

    def _is_due(self) -> bool:
        """Whether the lists are to be read again before somebody gets them."""
        return time.monotonic() > self.due_at

    @property
    def due_at(self) -> float:
        """From when on the lists are older than the server wants, monotonic seconds.

        Never while nobody waits for them to be read: of a server that is down or was restored, and where reading them
        would start a process.
        """
        if self._known.is_restored or not self._can_be_asked() or not self._may_read():
            return math.inf
        peer, lease = self._known.peer, self._connections.reading_lists()
        hears = lease is not None and lease.connection.hears
        return self._read_at + lifetime(self.value, {} if peer is None else peer.capabilities, hears=hears)

    def _may_read(self) -> bool:
        """Whether reading them starts no process."""
        return not self._known.is_on_demand or self._connections.reading_lists() is not None

    def _can_be_asked(self) -> bool:
        return self.is_known and self._known.config.enabled and not self._vitals.breaker.failures

    def _wants_profile(self, audience: Audience, *, starting: bool) -> bool:
        """Whether it is to be read what the profile of ``audience`` sees."""
        config = self._known.config
        return (
            self._can_be_asked()
            and config.isolation != "shared"
            and (starting or not config.is_stdio)
            and self.apart.profiles.is_wanted(audience.profile)
        )

    @property
    def was_read(self) -> bool:
        """Whether the lists are known, or reading them failed at least once."""
        return self._known.is_restored or self._asked.is_set() or not self._known.config.enabled

    @property
    def _is_awaited(self) -> bool:
        """Whether they may come in a moment for the first time; nobody waits for a first start that takes minutes."""
        return not self.was_read and time.monotonic() < self._awaited_until

    async def asked(self, timeout: float) -> None:
        """Wait until this process has read the lists or failed to, at most ``timeout`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._asked.wait()

    @property
    def known_peer(self) -> Peer | None:
        """What the server is, as it said to this process or, where that starts it on demand, to an earlier one."""
        known = self._known
        return known.peer if known.is_on_demand or not known.is_restored else None

    async def peer(self) -> Peer:
        """What the server is, as it said to this process.

        Raises:
            UpstreamError: it was never reached; says why and since when.
        """
        if self.known_peer is None:
            await self.asked(self._known.patience)
        if (peer := self.known_peer) is None:
            raise self._vitals.health.unavailable()
        return peer

    async def _keep(self) -> None:
        breaker = self._vitals.breaker
        while True:
            with contextlib.suppress(TimeoutError):
                # Not wait_for, which may swallow the cancellation that comes with the event (3.11).
                async with asyncio.timeout(breaker.pause if breaker.failures and self._is_free() else _SWEEP):
                    await self._wanted.wait()
                await asyncio.sleep(COALESCE if self._asked.is_set() else 0)
            is_due = self._wanted.is_set() or breaker.failures or self._age() > ANNOUNCED
            is_demanded, self._is_demanded = self._is_demanded, False
            self._wanted.clear()
            if is_demanded or (is_due and self._is_free()):
                if self._reading is not None and not self._reading.done():
                    await asyncio.wait([self._reading])  # it may have begun before what there is to read now
                await asyncio.wait([self.read_now()])
            await self._connections.close_idle()
            await self._subscriptions.restore()
            if self._known.is_on_demand and self._known.peer is not None and self._connections.are_none:
                self._vitals.health.rests()

    def _is_free(self) -> bool:
        """Whether a look starts no process that nobody needs: one that runs anyway, or that nothing is known of yet."""
        return self._known.peer is None or self._may_read()

    def read_now(self) -> asyncio.Task[None]:
        """Read them, or join who does."""
        if self._reading is None or self._reading.done():
            self._reading = start_task(self._look(), name=f"lists of {self._known.config.name}", awaited=True)
        return self._reading

    async def _look(self) -> None:
        """Read the lists; how that goes tells how the server is."""
        self._vitals.health.starting()
        since = self._vitals.breaker.failures
        try:
            await self._read()
        except (McptuiError, RpcError) as error:
            self._vitals.failed(error, since)
        except Exception as error:
            # One server's strangest list must not end what keeps it current.
            log.exception("the lists of server %s could not be read", self._known.config.name)
            self._vitals.failed(UpstreamError(f"its lists could not be read: {type(error).__name__}"), since)
        finally:
            self._asked.set()

    async def _read(self) -> None:
        lease, is_new = await self._connections.for_lists()
        try:
            await self._read_on(lease, is_new)
        except UpstreamError:
            if is_new or not lease.connection.closed:
                raise
            # Only its connection had ended, unnoticed; reading does nothing, so it can be done again.
            await self._read_on(*await self._connections.for_lists())

    async def _read_on(self, lease: Lease, is_new: bool) -> None:
        """Read them; the tools are shown as soon as they are known, whatever the others take."""
        peer = self._known.peer
        if is_new:
            await self._subscriptions.follow(lease)
        # What is announced from here on may be about what was read by then: the next reading tells of it.
        untold, self._announced = self._announced, set()

        async def work(connection: Connection) -> None:
            reader = ListReader(connection, self._known.patience, again=self._again, limits=self._connections.limits())
            tools = await reader.tools(self.value)
            others = start_task(reader.others(tools), name="lists other than the tools", awaited=True)
            try:
                done, _ = await asyncio.wait([others], timeout=TOGETHER)
                if not done:
                    self._take(tools, peer, untold & {TOOLS_CHANGED})
                    untold.discard(TOOLS_CHANGED)
                self._take(await others, self._known.peer if not done else peer, untold)
                untold.clear()
            finally:
                others.cancel()

        try:
            await self._connections.using(lease, work)
        finally:
            self._announced |= untold

    async def _again(self) -> Connection:
        lease, _ = await self._connections.for_lists()
        return lease.connection

    def _take(self, lists: Lists, known: Peer | None, announced: set[str]) -> None:
        """Show what was read of a server that was ``known``, and tell what it had ``announced`` before."""
        before, changed = Offer(known, self.value), lists != self.value or self._known.peer != known
        self.value, self._known.is_restored, self.is_known = lists, False, True
        self._read_at = time.monotonic()
        self._vitals.succeeded()
        self.apart.everybody_read(before, is_announced=bool(announced))
        if changed:
            self._tell("lists", "")
        for event in sorted(announced):
            self._tell(event, "")
