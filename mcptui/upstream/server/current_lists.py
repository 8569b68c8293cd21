"""The lists of one server, read when it is started and kept current."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Final

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import Connection, Peer
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.pool import Lease
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.lists import ListReader, Lists
from mcptui.upstream.server.subscriptions import ResourceSubscriptions
from mcptui.upstream.server.vitals import Vitals

log = logging.getLogger(__name__)

#: A burst of list_changed becomes one refresh, seconds.
COALESCE: Final = 0.1
#: Lists are read again after this long even if the server announced nothing, seconds.
STALE_AFTER: Final = 300.0
_SWEEP: Final = 30.0


class CurrentLists:
    """Reads the lists in the background; also looks at a server that is down, and closes what nobody uses.

    Args:
        known: of the server.
        connections: of the server.
        vitals: learns from every reading.
        subscriptions: on the connections of the server.
        tell: told of "lists" when they have changed, and of what the server announced once that was read.
    """

    def __init__(
        self,
        known: Known,
        connections: Connections,
        vitals: Vitals,
        subscriptions: ResourceSubscriptions,
        tell: Callable[[str], None],
    ) -> None:
        self.value = Lists()
        self._known = known
        self._connections = connections
        self._vitals = vitals
        self._subscriptions = subscriptions
        self._tell = tell
        self._wanted = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        #: This process has read them, or failed to.
        self._asked = asyncio.Event()
        self._read_at = 0.0
        #: Lists that the server said have changed, told on when they have been read.
        self._announced: set[str] = set()

    def start(self) -> None:
        """Read them, and keep them current."""
        if self._known.config.enabled and self._keeper is None:
            self._wanted.set()
            self._keeper = start_task(self._keep(), name=f"server {self._known.config.name}")

    async def close(self) -> None:
        """Read them no more."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper

    def refresh(self) -> None:
        """Read them again soon."""
        self._wanted.set()

    def look_again(self, pause: float) -> None:
        """Read them again after ``pause`` seconds."""
        asyncio.get_running_loop().call_later(pause, self.refresh)

    def announced(self, method: str) -> None:
        """The server says that a list has changed."""
        self._announced.add(method)
        self.refresh()

    def restore(self, peer: Peer, lists: Lists) -> None:
        """Show what an earlier process has read, until the server can be asked."""
        if self._known.config.enabled:
            self.show(peer, lists)
            self._known.is_restored = True

    def show(self, peer: Peer | None, lists: Lists) -> None:
        """Show what was known of the server; it counts as not read."""
        self._known.peer, self.value = peer, lists

    @property
    def was_read(self) -> bool:
        """Whether the lists are known, or reading them failed at least once."""
        return self._known.is_restored or self._asked.is_set() or not self._known.config.enabled

    async def asked(self, timeout: float) -> None:
        """Wait until this process has read the lists or failed to, at most ``timeout`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._asked.wait()

    async def peer(self) -> Peer:
        """What the server is, as it said to this process.

        Raises:
            UpstreamError: it was never reached; says why and since when.
        """
        known = self._known
        if known.peer is None or known.is_restored:
            await self.asked(known.patience)
        if known.peer is None or known.is_restored:
            raise self._vitals.health.unavailable()
        return known.peer

    async def _keep(self) -> None:
        breaker = self._vitals.breaker
        while True:
            with contextlib.suppress(TimeoutError):
                # Not wait_for, which may swallow the cancellation that comes with the event (3.11).
                async with asyncio.timeout(breaker.pause if breaker.failures else _SWEEP):
                    await self._wanted.wait()
                await asyncio.sleep(COALESCE if self._asked.is_set() else 0)
            wanted = self._wanted.is_set()
            self._wanted.clear()
            if wanted or breaker.failures or time.monotonic() - self._read_at > STALE_AFTER:
                await self._look()
            await self._connections.close_idle()
            await self._subscriptions.restore()

    async def _look(self) -> None:
        """Read the lists; how that goes tells how the server is."""
        self._vitals.health.starting()
        try:
            await self._read()
        except (McptuiError, RpcError) as error:
            self._vitals.failed(error)
        except Exception as error:
            # One server's strangest list must not end what keeps it current.
            log.exception("the lists of server %s could not be read", self._known.config.name)
            self._vitals.failed(UpstreamError(f"its lists could not be read: {type(error).__name__}"))
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
        announced, self._announced = self._announced, set()
        for event in sorted(announced):
            self._tell(event)

    async def _read_on(self, lease: Lease, is_new: bool) -> None:
        """Read them; the tools are shown as soon as they are known, whatever the others take."""
        peer = self._known.peer
        if is_new:
            await self._subscriptions.follow(lease)

        async def work(connection: Connection) -> None:
            reader = ListReader(connection, self._known.patience, again=self._again)
            self._take(await reader.tools(self.value), peer)
            self._read_at = time.monotonic()
            self._take(await reader.others(self.value), self._known.peer)

        await self._connections.using(lease, work)

    async def _again(self) -> Connection:
        lease, _ = await self._connections.for_lists()
        return lease.connection

    def _take(self, lists: Lists, known: Peer | None) -> None:
        """Show what was read of a server that was ``known``."""
        changed = lists != self.value or self._known.peer != known
        self.value, self._known.is_restored = lists, False
        self._vitals.succeeded()
        if changed:
            self._tell("lists")
