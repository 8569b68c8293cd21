"""Calls of one server: how many at a time, on which connection, and what their outcome says about the server."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.protocol.stateless import level_reached
from mcptui.upstream.call import Call
from mcptui.upstream.connect import Identity
from mcptui.upstream.errors import BusyError, NotReadError, UpstreamError
from mcptui.upstream.lease import Lease, Owner
from mcptui.upstream.server.concurrency import ConcurrencyLimit, ReleasedWhileAsking
from mcptui.upstream.server.connections import Connections
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.vitals import Vitals

log = logging.getLogger(__name__)


class Calls:
    """Sends calls.

    Args:
        known: of the server.
        connections: of the server.
        vitals: learns from every call.
        limit: how many may be under way.
        look_again: has the server looked at after a pause, seconds.
    """

    def __init__(
        self,
        known: Known,
        connections: Connections,
        vitals: Vitals,
        limit: ConcurrencyLimit,
        look_again: Callable[[float], None],
    ) -> None:
        self._known = known
        self._connections = connections
        self._vitals = vitals
        self._limit = limit
        self._look_again = look_again

    async def request(self, call: Call, owner: Owner, identity: Identity) -> dict[str, Any]:
        """Send ``call`` on the right connection; where that has ended before the call was read, on a new one.

        Raises:
            RpcError: the server's own answer.
            McptuiError: there was none; says why.
        """
        who = owner.principal
        if not self._limit.take(who):
            await self._limit.wait(call.timeout, who)
        ask = None if call.ask is None else ReleasedWhileAsking(self._limit, who, call.ask)
        call.ask = ask
        try:
            since = self._vitals.admit()
            started = time.perf_counter()
            result = await self._tried(call, owner, identity, since)
        finally:
            self._limit.give_back(who)
        # Where a person was asked, the time says nothing about the server.
        self._vitals.answered(None if ask is not None and ask.used else (time.perf_counter() - started) * 1000)
        return result

    async def _tried(self, call: Call, owner: Owner, identity: Identity, since: int) -> dict[str, Any]:
        """The result; what nobody has read is sent once more, and anything else tells how the server is."""
        vitals = self._vitals
        try:
            try:
                return await self._sent(call, owner, identity)
            except NotReadError as error:
                log.debug("%s is sent on a new connection: %s", call.method, error)
            result = await self._sent(call, owner, identity)
            # Whatever has ended the connection may also have changed what the server has.
            self._look_again(0)
            return result
        except RpcError:
            vitals.breaker.succeeded()
            raise
        except BusyError:
            vitals.breaker.released()
            raise
        except McptuiError as error:
            if isinstance(error, UpstreamError) and error.ran:
                # It was reached, and this call failed: that may be one tool. Looking at it says how the server is.
                vitals.breaker.released()
                self._look_again(0)
                raise
            vitals.failed(error, since)
            if vitals.breaker.failures == 1 and not since:
                # From now on it is looked at after ever longer pauses; the first of them begins here.
                self._look_again(vitals.breaker.pause)
            raise
        except BaseException:
            vitals.breaker.released()
            raise

    async def _sent(self, call: Call, owner: Owner, identity: Identity) -> dict[str, Any]:
        try:
            lease = self._connections.take_open(owner, identity) or await self._lease(call, owner, identity)
        except UpstreamError as error:
            error.ran = False  # whatever became of its opening, the call was not sent
            raise
        try:
            if call.log_level_asked and call.log_level is not None:
                await self._set_log_level(lease, call.log_level)
            return await lease.connection.request(call)
        finally:
            lease.give_back()

    async def _lease(self, call: Call, owner: Owner, identity: Identity) -> Lease:
        client = identity.client
        if client.ask is not None:
            return await self._connections.lease(owner, identity)
        # What a server asks while it is connected to, a client without a stream of its own is asked in its call.
        client.ask = call.ask
        try:
            return await self._connections.lease(owner, identity)
        finally:
            client.ask = None

    async def set_log_level(self, owner: Owner, level: str) -> None:
        """Have logs of ``level`` sent on the connection of a client session, if it has one of its own open."""
        lease = self._connections.find(owner)
        if lease is not None and lease.owner.session:
            await self._set_log_level(lease, level)

    async def _set_log_level(self, lease: Lease, level: str) -> None:
        """Have a handshake server send what the client asked for; where clients share a connection, only ever more.

        What becomes of that is nothing to the call for which it is done.
        """
        peer, before = lease.connection.peer, lease.log_level
        if peer.era != "handshake" or "logging" not in peer.capabilities or level == before:
            return
        # Until it is told, a server sends what it likes: not less than "info" is taken away from the others.
        if not lease.owner.session and not level_reached(before or "notice", level):
            return
        lease.log_level = level
        setting = Call(method="logging/setLevel", params={"level": level}, timeout=self._known.patience)
        with contextlib.suppress(RpcError, McptuiError):
            await self._connections.request(lease, setting)
