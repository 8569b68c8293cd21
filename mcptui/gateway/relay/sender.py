"""Sending a request to its server: whose connection, who limits it, and what may end it."""

from __future__ import annotations

import time
from typing import Any

from mcptui.errors import McptuiError
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.lifetime.work import AccessEndedError, AccessLostError, DisconnectedError, Work
from mcptui.gateway.relay.client_views import ClientViews
from mcptui.gateway.relay.concurrency import take_place
from mcptui.gateway.relay.era_bridge.runner import BridgeRunner
from mcptui.gateway.relay.failures import access_ended, disconnected, unavailable, unknown
from mcptui.gateway.relay.links import Links
from mcptui.gateway.relay.prepared_call import PreparedCall
from mcptui.gateway.relay.target import Target
from mcptui.gateway.relay.tasks import started_task
from mcptui.protocol.errors import HEADER_MISMATCH, INTERNAL_ERROR, UNSUPPORTED_VERSION, RpcError
from mcptui.secrets.known import KnownSecrets
from mcptui.stores.bundle import Stores


class Sender:
    """Sends requests whose server is known."""

    def __init__(
        self,
        views: ClientViews,
        bridge: BridgeRunner,
        stores: Stores,
        lifetimes: Lifetimes,
        links: Links,
        known: KnownSecrets,
    ) -> None:
        self._known = known
        self._views = views
        self._bridge = bridge
        self._lifetimes = lifetimes
        self._leases = stores.leases
        self._tasks = stores.tasks
        self._links = links

    async def send(self, exchange: Exchange, target: Target) -> dict[str, Any]:
        """The result of the server, in the era of the client.

        Raises:
            RpcError: every failure, in words that a client may see.
        """
        name = exchange.server = target.server
        started = exchange.sent = time.perf_counter()
        try:
            server = self._views.server(exchange, name)
            if server is None:
                raise AccessLostError
            call = PreparedCall(exchange, server, target.schema)
            # Losing the access to it on the way ends it.
            with Work(self._lifetimes, exchange.principal, exchange.is_allowed, exchange.snapshot, exchange):
                lease = await take_place(self._leases, exchange)
                try:
                    result = await self._bridge.result(call, target.params)
                finally:
                    if lease is not None:
                        await lease.release()
            if (task := started_task(exchange, result)) is not None:
                await self._tasks.put(task)
            self._links.note(exchange.principal.id, name, result)
            return result
        except AccessEndedError:
            raise access_ended() from None
        except DisconnectedError:
            raise disconnected() from None
        except AccessLostError:
            raise unknown(exchange) from None
        except RpcError as error:
            if error.code in (HEADER_MISMATCH, UNSUPPORTED_VERSION):
                # What we sent upstream was wrong for it: not the client's fault.
                refused = f"server {name} refused the gateway's request: {error.message}"
                raise RpcError(INTERNAL_ERROR, refused) from None
            raise
        except McptuiError as error:
            raise unavailable(name, error, exchange, self._known) from None
        finally:
            exchange.upstream_ms = (time.perf_counter() - started) * 1000
