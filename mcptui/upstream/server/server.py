"""One configured server at run time: its connections, its lists, its state in words."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final, TypeVar

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.runtime import LoginStatus, ServerStatus
from mcptui.protocol.errors import RpcError
from mcptui.protocol.stateless import level_reached
from mcptui.protocol.versions import Era
from mcptui.tasks import start_task
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.call import Call, Connection, Peer
from mcptui.upstream.connect import ConnectionDeps, Identity, Negotiated, authenticator_for, connect
from mcptui.upstream.errors import BusyError, NotMcpError, UpstreamError
from mcptui.upstream.pool import (
    CATALOGUE,
    IDLE_PROCESS,
    IDLE_SESSION,
    SHARED,
    Lease,
    Owner,
    Pool,
)
from mcptui.upstream.server.breaker import Breaker
from mcptui.upstream.server.concurrency import ConcurrencyLimit, ReleasedWhileAsking
from mcptui.upstream.server.health import ServerHealth
from mcptui.upstream.server.listening import Listening, kinds_of
from mcptui.upstream.server.lists import Lists, read_lists
from mcptui.upstream.stdio import StdioConnection

log = logging.getLogger(__name__)

T = TypeVar("T")

#: A burst of list_changed becomes one refresh, seconds.
COALESCE: Final = 0.1
#: Lists are read again after this long even if the server announced nothing, seconds.
STALE_AFTER: Final = 300.0
_SWEEP: Final = 30.0

#: What happened: "lists" (they changed), "status", or a notification with its params; and the client session whose
#: own connection brought it, else "".
Listener = Callable[["UpstreamServer", str, dict[str, Any], str], None]


class UpstreamServer:
    """Connections, catalogue and state of one server; nothing in here waits for another server.

    Args:
        config: the server.
        tools: for opening connections.
        listener: told of everything that happens.
        credential: what is shown in place of the configured credential, where clients bring their own.
        account: the key whose own login is used, where keys log in themselves.
    """

    def __init__(
        self,
        config: Server,
        tools: ConnectionDeps,
        listener: Listener,
        *,
        credential: ClientCredential | None = None,
        account: str | None = None,
    ) -> None:
        self.config = config
        self.lists = Lists()
        self.peer: Peer | None = None
        self._tools = tools
        self._listener = listener
        self._credential = credential
        self._account = account
        self._remembered = Negotiated()
        self._breaker = Breaker(time.monotonic)
        self.slots = ConcurrencyLimit(config.max_concurrent)
        self._pool = Pool(
            limit=config.max_processes if config.is_stdio else 10_000,
            idle=IDLE_PROCESS if config.is_stdio else IDLE_SESSION,
        )
        self._condition = ServerHealth(config.name, config.enabled, lambda: listener(self, "status", {}, ""))
        self._latency_ms: float | None = None
        self._stderr: tuple[str, ...] = ()
        self._refresh_wanted = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._first_read = asyncio.Event()
        #: The lists and the peer are those of an earlier process; nobody has asked the server yet.
        self._restored = False
        self._read_at = 0.0
        self._listening: Listening | None = None
        self._watched: set[str] = set()
        #: Lists that the server said have changed, told on when they have been read.
        self._announced: set[str] = set()
        #: Whether a stateless server also shakes hands; None before anybody needed to know.
        self._also_handshake: bool | None = None
        #: Whose connection reads the lists: the gateway's own until its first user takes it over.
        self._catalogue_owner = CATALOGUE

    # -- life ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Read the lists in the background and keep them current."""
        if self.config.enabled and self._keeper is None:
            self._refresh_wanted.set()
            self._keeper = start_task(self._keep(), name=f"server {self.config.name}")

    async def close(self) -> None:
        """Close every connection; processes end with everything they started."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._listening is not None:
            self._listening.close()
        await self._pool.close_all()

    async def forget(self, principal: str) -> None:
        """Close the connections of a principal that lost its access."""
        await self._pool.retire_where(lambda owner: owner.principal == principal)

    async def forget_session(self, session: str) -> None:
        """Close the connections of a client session that ended."""
        await self._pool.close_where(lambda owner: owner.session == session)

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return self._pool.is_busy

    def refresh(self) -> None:
        """Read the lists again soon."""
        self._refresh_wanted.set()

    @property
    def was_read(self) -> bool:
        """Whether the lists are known, or reading them failed at least once."""
        return self._restored or self._first_read.is_set() or not self.config.enabled

    def restore(self, peer: Peer, lists: Lists) -> None:
        """Show what an earlier process has read, until the server can be asked."""
        if self.config.enabled:
            self.peer, self.lists, self._restored = peer, lists, True

    async def first_read(self, timeout: float) -> None:
        """Wait until the lists were read or failed for the first time, at most ``timeout`` seconds."""
        if self.was_read:
            return
        await self.asked(timeout)

    async def asked(self, timeout: float) -> None:
        """Wait until this process has read the lists or failed to, at most ``timeout`` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._first_read.wait()

    async def _keep(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                # Not wait_for, which may swallow the cancellation that comes with the event (3.11).
                async with asyncio.timeout(self._next_look()):
                    await self._refresh_wanted.wait()
                await asyncio.sleep(COALESCE if self._first_read.is_set() else 0)
            wanted = self._refresh_wanted.is_set()
            self._refresh_wanted.clear()
            if wanted or self._breaker.failures or time.monotonic() - self._read_at > STALE_AFTER:
                await self._read()
            await self._pool.close_idle()

    def _next_look(self) -> float:
        return self._breaker.pause if self._breaker.failures else _SWEEP

    async def _read(self) -> None:
        self._condition.starting()
        known = self.peer
        try:
            lease = self._pool.find(self._catalogue_owner)
            if lease is None:
                self._catalogue_owner = self._effective(CATALOGUE)
                lease = await self._open(self._catalogue_owner, Identity())
                await self._watch_again(lease)
            lists = await self._using(lease, lambda connection: read_lists(connection, self._patience))
        except (McptuiError, RpcError) as error:
            self._failed(error)
        except Exception as error:
            # One server's strangest list must not end what keeps it current.
            log.exception("the lists of server %s could not be read", self.config.name)
            self._failed(UpstreamError(f"its lists could not be read: {type(error).__name__}"))
        else:
            self._read_at = time.monotonic()
            changed = lists != self.lists or self.peer != known
            self.lists, self._restored = lists, False
            self._succeeded()
            announced, self._announced = self._announced, set()
            if changed:
                self._listener(self, "lists", {}, "")
            for method in sorted(announced):
                self._listener(self, method, {}, "")
        finally:
            self._first_read.set()

    @property
    def _patience(self) -> float:
        return min(self.config.timeout, 30.0)

    # -- what the server announces ---------------------------------------------------------------------------

    async def subscribe(self, uri: str) -> None:
        """Have updates of ``uri`` announced to the listener.

        Raises:
            RpcError: the server refuses.
            UpstreamError: it cannot be reached.
        """
        await self._watch(self._watched | {uri}, "resources/subscribe", uri)

    async def unsubscribe(self, uri: str) -> None:
        """Stop :meth:`subscribe`; a server that is gone has forgotten anyway."""
        with contextlib.suppress(McptuiError, RpcError):
            await self._watch(self._watched - {uri}, "resources/unsubscribe", uri)

    async def _watch(self, watched: set[str], method: str, uri: str) -> None:
        peer = await self.era_known()
        if peer.era == "handshake":
            lease = await self._lease(self._catalogue_owner, Identity())
            call = Call(method=method, params={"uri": uri}, timeout=self._patience)
            await self._using(lease, lambda connection: connection.request(call))
        elif self._listening is not None:
            await self._listening.set(frozenset(watched))
        self._watched = watched

    async def _watch_again(self, lease: Lease) -> None:
        """After a new connection: what was subscribed on the old one is subscribed again."""
        peer = lease.connection.peer
        if peer.era == "stateless":
            kinds = kinds_of(peer.capabilities)
            if self._listening is None and (kinds or "resources" in peer.capabilities):
                self._listening = Listening(self._listen, self._announce, kinds)
            if self._listening is not None and kinds:
                await self._listening.set(frozenset(self._watched))
        for uri in self._watched if peer.era == "handshake" else ():
            call = Call(method="resources/subscribe", params={"uri": uri}, timeout=self._patience)
            with contextlib.suppress(RpcError):
                await lease.connection.request(call)

    async def _listen(self, call: Call) -> dict[str, Any]:
        lease = await self._lease(SHARED, Identity())
        return await lease.connection.request(call)

    # -- calls --------------------------------------------------------------------------------------------

    async def era_known(self) -> Peer:
        """What the server is, from the first connection.

        Raises:
            UpstreamError: it was never reached; says why and since when.
        """
        if self.peer is None or self._restored:
            await self.asked(self._patience)
        if self.peer is None or self._restored:
            raise self.unavailable()
        return self.peer

    async def request(self, call: Call, owner: Owner, identity: Identity) -> dict[str, Any]:
        """Send ``call`` on the right connection; a forgotten session is opened again once.

        Raises:
            RpcError: the server's own answer.
            UpstreamError: there was none; says why.
        """
        if not self.slots.take():
            await self.slots.wait(call.timeout)
        outside = None if call.ask is None else ReleasedWhileAsking(self.slots, call.ask)
        call.ask = outside
        if not self._breaker.allows():
            self.slots.give_back()
            raise self.unavailable()
        started = time.perf_counter()
        try:
            result = await self._request(call, owner, identity)
        except RpcError:
            self._breaker.succeeded()
            raise
        except BusyError:
            self._breaker.released()
            raise
        except McptuiError as error:
            self._failed(error)
            if self._breaker.failures == 1:
                # From now on it is looked at after ever longer pauses; the first of them begins here.
                asyncio.get_running_loop().call_later(self._breaker.pause, self.refresh)
            raise
        except BaseException:
            self._breaker.released()
            raise
        finally:
            self.slots.give_back()
        if outside is None or not outside.used:
            self._latency_ms = (time.perf_counter() - started) * 1000
        if self._breaker.failures or self._condition.state != "ready":
            self._succeeded()
        return result

    async def _request(self, call: Call, owner: Owner, identity: Identity) -> dict[str, Any]:
        lease = await self._lease(owner, identity)
        try:
            if call.log_level_asked:
                await self._set_log_level(lease, call, own=bool(owner.session))
            return await self._using(lease, lambda connection: connection.request(call))
        except UpstreamError as error:
            # Repeated only where it cannot have run: the session was gone before the request was read.
            if not error.forgotten or error.ran:
                raise
        return await self._using(await self._lease(owner, identity), lambda connection: connection.request(call))

    async def _set_log_level(self, lease: Lease, call: Call, *, own: bool) -> None:
        """Have a handshake server send what the client asked for; where clients share a connection, only ever more."""
        peer, before = lease.connection.peer, lease.log_level
        if peer.era != "handshake" or "logging" not in peer.capabilities or call.log_level == before:
            return
        # Until it is told, a server sends what it likes: not less than "info" is taken away from the others.
        if not own and not level_reached(before or "notice", call.log_level):
            return
        lease.log_level = call.log_level
        setting = Call(method="logging/setLevel", params={"level": call.log_level}, timeout=self._patience)
        with contextlib.suppress(RpcError):
            await self._using(lease, lambda connection: connection.request(setting))

    async def notify(self, method: str, params: dict[str, Any], owner: Owner) -> None:
        """Tell the connection of ``owner`` something, if it is open."""
        lease = self._pool.find(self._effective(owner))
        if lease is not None:
            with contextlib.suppress(UpstreamError):
                await lease.connection.notify(method, params)

    async def era_for(self, owner: Owner, identity: Identity) -> Era:
        """The era of the connection that ``owner`` gets.

        A client session that can be asked shakes hands with a server that speaks both eras: what such a
        server asks in the middle of a call then reaches that client as it would directly.

        Raises:
            UpstreamError: the server was never reached; says why and since when.
        """
        peer = await self.era_known()
        if peer.era == "handshake" or not owner.session or self._also_handshake is False:
            return peer.era
        if self.config.spec_version != "auto" or self.config.isolation == "shared":
            self._also_handshake = False
            return peer.era
        try:
            self._also_handshake = True
            await self._lease(owner, identity)
        except (RpcError, NotMcpError):
            self._also_handshake = False
            return peer.era
        return "handshake"

    @property
    def is_shared(self) -> bool:
        """Whether the server cannot tell one principal from another: they use the same connection."""
        return self.config.isolation == "shared" or (self.peer is not None and self.peer.era == "stateless")

    def _effective(self, owner: Owner) -> Owner:
        own_handshake = bool(owner.session and self._also_handshake) and self.config.isolation != "shared"
        return SHARED if self.is_shared and not own_handshake else owner

    async def _lease(self, owner: Owner, identity: Identity) -> Lease:
        owner = self._effective(owner)
        lease = self._pool.find(owner)
        if lease is None and not owner.session and self._first_comer(owner, identity):
            lease = self._pool.hand_over(CATALOGUE, owner)
            if lease is not None:
                self._catalogue_owner = owner
        return lease or await self._open(owner, identity if owner is not SHARED else Identity())

    def _first_comer(self, owner: Owner, identity: Identity) -> bool:
        """Whether the connection that read the lists may become this owner's: it declared nothing."""
        return owner is SHARED or not identity.capabilities

    async def _open(self, owner: Owner, identity: Identity) -> Lease:
        identity = replace(identity, credential=self._credential, account=self._account)

        def announce(method: str, params: dict[str, Any]) -> None:
            self._announce(method, params, owner.session)

        async def opener() -> Connection:
            if self.peer is not None and self.peer.era == "stateless" and owner.session:
                known = Negotiated(self._remembered.transport, "handshake")
                return await connect(self.config, self._tools, identity, known, announce)
            connection = await connect(self.config, self._tools, identity, self._remembered, announce)
            self.peer = connection.peer
            return connection

        return await self._pool.open(owner, opener)

    async def _using(self, lease: Lease, work: Callable[[Connection], Awaitable[T]]) -> T:
        lease.users += 1
        try:
            return await work(lease.connection)
        finally:
            lease.give_back()
            if isinstance(lease.connection, StdioConnection) and lease.connection.process.stderr:
                self._stderr = tuple(lease.connection.process.stderr)

    # -- state --------------------------------------------------------------------------------------------

    def _announce(self, method: str, params: dict[str, Any], session: str = "") -> None:
        if method.endswith("list_changed"):
            self._announced.add(method)
            self.refresh()
        else:
            self._listener(self, method, params, session)

    def _succeeded(self) -> None:
        self._breaker.succeeded()
        self._condition.succeeded()

    def _failed(self, error: McptuiError | RpcError) -> None:
        if isinstance(error, UpstreamError) and error.stderr:
            self._stderr = tuple(error.stderr)
        self._breaker.failed()
        self._condition.failed(error)

    def unavailable(self) -> UpstreamError:
        """Why a call is not even tried: what is known of the server, and since when."""
        return self._condition.unavailable()

    def _login(self) -> LoginStatus | None:
        return authenticator_for(self.config, self._tools, self._account).login

    def status(self) -> ServerStatus:
        """The state as the app shows it."""
        return ServerStatus(
            name=self.config.name,
            state=self._condition.state,
            since=self._condition.since,
            reason=self._condition.reason,
            hint=self._condition.hint,
            transport=self._remembered.transport or (self.config.transport if not self.config.is_stdio else "stdio"),
            protocol_version=self.peer.version if self.peer else None,
            server_info=self.peer.server_info if self.peer else None,
            tools=len(self.lists.tools),
            prompts=len(self.lists.prompts),
            resources=len(self.lists.resources),
            left_out=self.lists.left_out,
            latency_ms=self._latency_ms,
            connections=len(self._pool),
            stderr=self._stderr[-50:],
            failed_at=self._condition.failed_at,
            login=self._login(),
        )
