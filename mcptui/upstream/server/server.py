"""One configured server at run time: its connections, its lists, its state in words."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.runtime import ServerStatus
from mcptui.protocol.versions import Era
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.call import Call, Peer
from mcptui.upstream.connect import ConnectionDeps, Identity
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.audience import Audience
from mcptui.upstream.server.calls import Calls
from mcptui.upstream.server.concurrency import ConcurrencyLimit
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.current_lists import CurrentLists
from mcptui.upstream.server.era import ServerEra
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.lists import Lists, Offer
from mcptui.upstream.server.opening import Opening
from mcptui.upstream.server.profile_lists import ProfileLists
from mcptui.upstream.server.subscriptions import ResourceSubscriptions
from mcptui.upstream.server.vitals import Vitals

#: Lines of a process's standard error, and remarks on its lists, that its status shows.
_SHOWN_LINES: Final = 50

#: What happened: "lists" (they changed), "profiles" (it is known what more clients see), "status", or a notification
#: with its params; and whose connection brought it.
Listener = Callable[["UpstreamServer", str, dict[str, Any], Owner], None]


class UpstreamServer:
    """The face of one server; nothing in here waits for another server.

    Args:
        config: the server.
        deps: for opening connections.
        listener: told of everything that happens.
        credential: what is shown in place of the configured credential, where clients bring their own.
        account: the key whose own login is used, where keys log in themselves.
        limit: how many requests it gets at a time, where it shares that with another form of the same server.
    """

    def __init__(
        self,
        config: Server,
        deps: ConnectionDeps,
        listener: Listener,
        *,
        credential: ClientCredential | None = None,
        account: str | None = None,
        limit: ConcurrencyLimit | None = None,
    ) -> None:
        self._listener = listener
        self._deps = deps
        self._account = account
        self._known = known = Known(config)
        self._era = ServerEra(known)
        self._vitals = vitals = Vitals(known, lambda: self._tell("status"), redact=deps.known.without)
        opening = Opening(known, deps, vitals.health, credential, account)
        self._connections = connections = Connections(known, self._era, opening, self._heard, deps.limits)
        self._subscriptions = ResourceSubscriptions(known, connections, self._heard)
        connections.when_opened(self._subscriptions.renew)
        self._lists = CurrentLists(known, connections, vitals, self._subscriptions, self._tell)
        connections.read_by(self._lists)
        #: How many requests it gets at a time.
        self.limit = limit or ConcurrencyLimit(config.max_concurrent, deps.limits)
        self._calls = Calls(known, connections, vitals, self.limit, self._lists.look_again)

    @property
    def config(self) -> Server:
        """The server as it is described."""
        return self._known.config

    @config.setter
    def config(self, config: Server) -> None:
        """Take a description that connects alike."""
        was_on_demand = self._known.is_on_demand
        self._known.config = config
        if was_on_demand and not self._known.is_on_demand:
            self._lists.refresh()
        self.limit.resize(config.max_concurrent)

    @property
    def peer(self) -> Peer | None:
        """What it said about itself, perhaps to an earlier process."""
        return self._known.peer

    @property
    def lists(self) -> Lists:
        """Its lists as they are known, for clients that declare nothing."""
        return self._lists.value

    def offer(self, audience: Audience) -> Offer:
        """What ``audience`` is offered, as far as it is known."""
        return self._lists.apart.offer(audience)

    def is_apart(self, audience: Audience) -> bool:
        """Whether ``audience`` is offered something of its own."""
        return self._lists.apart.is_apart(audience)

    @property
    def profiles(self) -> ProfileLists:
        """What it offers to clients that declare something."""
        return self._lists.apart.profiles

    # -- life ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Read the lists in the background and keep them current."""
        self._lists.start()

    async def close(self) -> None:
        """Close every connection; processes end with everything they started."""
        await self._lists.close()
        self._subscriptions.close()
        await self._connections.close()

    async def forget(self, principal: str) -> None:
        """Close the connections of a principal that lost its access."""
        self._subscriptions.forget(lambda owner: owner.principal == principal)
        await self._connections.forget(principal)

    async def forget_session(self, session: str) -> None:
        """Close the connections of a client session that ended."""
        self._subscriptions.forget(lambda owner: owner.session == session)
        self._lists.apart.sessions.forget(session)
        self._era.forget(session)
        await self._connections.forget_session(session)

    async def tell(self, owner: Owner, method: str, params: dict[str, Any]) -> None:
        """Pass on a notification of a client, if it has a connection open; whoever is gone need not know."""
        with contextlib.suppress(McptuiError):
            await self._connections.tell(owner, method, params)

    async def set_log_level(self, owner: Owner, level: str) -> None:
        """Have logs of ``level`` sent on the connection of a client session, if it has one of its own open."""
        await self._calls.set_log_level(owner, level)

    @property
    def is_at_rest(self) -> bool:
        """Whether no process of it runs, and none is needed to know what it has."""
        known = self._known
        return known.is_on_demand and known.peer is not None and self._vitals.health.state == "idle"

    @property
    def is_busy(self) -> bool:
        """Whether a request is under way."""
        return self._connections.is_busy

    # -- lists --------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the lists again soon."""
        self._lists.refresh()

    def restore(self, peer: Peer, lists: Lists) -> None:
        """Show what an earlier process has read, until the server can be asked."""
        self._lists.restore(peer, lists)

    def show(self, peer: Peer | None, lists: Lists) -> None:
        """Show what was read on connections that are closed now."""
        self._lists.show(peer, lists)

    @property
    def was_read(self) -> bool:
        """Whether the lists are known, or reading them failed at least once."""
        return self._lists.was_read

    @property
    def has_lists(self) -> bool:
        """Whether the lists are known, if only from earlier."""
        return self._lists.is_known

    def is_current(self, audience: Audience, *, starting: bool = True) -> bool:
        """Whether :meth:`current` has nothing to wait for."""
        return self._lists.is_current(audience, starting=starting)

    @property
    def due_at(self) -> float:
        """From when on the lists are to be read again before somebody gets them, monotonic seconds; perhaps never."""
        return self._lists.due_at

    async def current(self, audience: Audience, *, starting: bool = True) -> None:
        """Have what ``audience`` sees read where it is out of date or was never read; waits for a moment at most.

        Args:
            audience: who wants a list.
            starting: whether a process may be started to know what clients of its profile see.
        """
        await self._lists.current(audience, starting=starting)

    async def look_for(self, audience: Audience) -> None:
        """Somebody names what no list has: read them once more; waits for a moment at most."""
        await self._lists.look_for(audience)

    @property
    def may_have_more(self) -> bool:
        """Whether :meth:`look_for` is worth it: not just after somebody has."""
        return self._lists.may_have_more

    async def asked(self, timeout: float) -> None:
        """Wait until this process has read the lists or failed to, at most ``timeout`` seconds."""
        await self._lists.asked(timeout)

    async def subscribe(self, uri: str, owner: Owner, identity: Identity) -> Owner:
        """Have updates of ``uri`` announced to the listener, on the connection of ``owner``; returns its holder.

        Raises:
            RpcError: the server refuses.
            UpstreamError: it cannot be reached.
        """
        await self.era_for(owner, identity)
        return await self._subscriptions.add(uri, owner, identity)

    async def unsubscribe(self, uri: str, holder: Owner) -> None:
        """Stop :meth:`subscribe`; a server that is gone has forgotten anyway."""
        await self._subscriptions.remove(uri, holder)

    # -- calls --------------------------------------------------------------------------------------------

    async def era_known(self) -> Peer:
        """What the server is, from the first connection.

        Raises:
            UpstreamError: it was never reached; says why and since when.
        """
        return await self._lists.peer()

    def known_era(self, owner: Owner) -> Era | None:
        """As :meth:`era_for`; None where that has to ask the server."""
        peer = self._lists.known_peer
        return None if peer is None else self._era.known_for(owner, peer)

    async def era_for(self, owner: Owner, identity: Identity) -> Era:
        """The era of the connection that ``owner`` gets.

        Raises:
            UpstreamError: the server was never reached; says why and since when.
        """

        async def shake_hands() -> None:
            (await self._connections.lease(owner, identity)).give_back()

        return await self._era.of(owner, await self.era_known(), shake_hands)

    def is_shared(self, owner: Owner) -> bool:
        """Whether the server cannot tell ``owner`` from others: they use the same connection."""
        return self._era.is_shared(owner)

    def request(self, call: Call, owner: Owner, identity: Identity) -> Coroutine[Any, Any, dict[str, Any]]:
        """Send ``call`` on the right connection; where that has ended before the call was read, on a new one.

        Raises:
            RpcError: the server's own answer.
            UpstreamError: there was none; says why.
        """
        return self._calls.request(call, owner, identity)

    # -- state --------------------------------------------------------------------------------------------

    def _heard(self, method: str, params: dict[str, Any], source: Owner) -> None:
        """The server says something outside any call."""
        if method.endswith("list_changed"):
            self._lists.announced(method, source.session)
        else:
            self._listener(self, method, params, source)

    def _tell(self, event: str, session: str = "") -> None:
        self._listener(self, event, {}, Owner("", session))

    def unavailable(self) -> UpstreamError:
        """Why a call is not even tried: what is known of the server, and since when."""
        return self._vitals.health.unavailable()

    def status(self) -> ServerStatus:
        """The state as the app shows it."""
        known, health, lists = self._known, self._vitals.health, self.lists
        configured = "stdio" if known.config.is_stdio else known.config.transport
        return ServerStatus(
            name=known.config.name,
            state=health.state,
            since=health.since,
            reason=known.last_line if health.state == "starting" else health.reason,
            hint=health.hint,
            transport=known.negotiated.transport or configured,
            protocol_version=known.peer.version if known.peer else None,
            server_info=known.peer.server_info if known.peer else None,
            tools=len(lists.tools),
            prompts=len(lists.prompts),
            resources=len(lists.resources),
            left_out=lists.left_out,
            remarks=[
                self._deps.known.without(text) for text in (*known.negotiated.remarks, *lists.remarks)[:_SHOWN_LINES]
            ],
            latency_ms=self._vitals.latency_ms,
            connections=len(self._connections),
            stderr=known.printed[-_SHOWN_LINES:],
            unreadable=known.unreadable,
            failed_at=health.failed_at,
            login=self._deps.oauth.status(known.config, self._account),
        )
