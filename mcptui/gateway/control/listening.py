"""What servers tell the app outside of its requests: notifications, and updates of one resource."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any, Final

from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.notify.change_notifier import Listener
from mcptui.model.runtime import ACKNOWLEDGED, FAILED, ServerNotification
from mcptui.protocol.errors import RpcError

if TYPE_CHECKING:
    from mcptui.gateway.core import Core

UPDATED: Final = "notifications/resources/updated"
#: Of notifications that are not read in time, the oldest are left out.
_MOST_WAITING: Final = 1_000


class Listening:
    """Streams for the app, as the owner or as a key; they end with the access of that key."""

    def __init__(self, core: Core, calls: ControlCalls) -> None:
        self._core = core
        self._calls = calls

    async def notifications(self, key: str | None) -> AsyncGenerator[ServerNotification, None]:
        """List changes, log messages, and whatever else belongs to no request."""
        exchange = self._calls.exchange(key, "subscriptions/listen", {})
        listener = _AppListener(exchange, lambda method, _: method != UPDATED)
        try:
            self._calls.check_key(exchange)
            self._core.hub.add(listener)
            yield ServerNotification(method=ACKNOWLEDGED)
            while (heard := await listener.queue.get()) is not None:
                yield heard
        except RpcError as error:
            yield _failed(error.message)
        finally:
            self._core.hub.remove(listener)

    async def updates(self, uri: str, key: str | None) -> AsyncGenerator[ServerNotification, None]:
        """Updates of a resource, which is subscribed to as long as they are read."""
        exchange = self._calls.exchange(key, "resources/subscribe", {"uri": uri})
        listener = _AppListener(exchange, lambda method, params: method == UPDATED and params.get("uri") == uri)
        try:
            self._calls.check_key(exchange)
            self._core.hub.add(listener)
            await self._core.relay.ready_view(exchange)
            await self._core.subscriptions.add(exchange, listener, uri)
            yield ServerNotification(method=ACKNOWLEDGED, server=exchange.server or "")
            while (heard := await listener.queue.get()) is not None:
                yield heard
        except RpcError as error:
            yield _failed(f"not subscribed to {uri}: {error.message}", "Its server has to support resources.subscribe.")
        finally:
            self._core.hub.remove(listener)
            await asyncio.shield(self._core.subscriptions.remove_all(listener))


def _failed(message: str, hint: str | None = None) -> ServerNotification:
    return ServerNotification(method=FAILED, params={"message": message, "hint": hint})


class _AppListener(Listener):
    """Puts what it is told, as far as it ``is_wanted``, into a queue; None there is the end."""

    def __init__(self, exchange: Exchange, is_wanted: Callable[[str, dict[str, Any]], bool]) -> None:
        super().__init__(
            exchange.principal,
            exchange.scope,
            lambda method, params: self.hear("", method, params),
            lambda: self._put(None),
            session=exchange.session,
            client=exchange.client,
            audience=exchange.audience,
        )
        self.queue: asyncio.Queue[ServerNotification | None] = asyncio.Queue(_MOST_WAITING)
        self._is_wanted = is_wanted

    def hear(self, server: str, method: str, params: dict[str, Any]) -> None:
        if self._is_wanted(method, params):
            self._put(ServerNotification(method=method, params=params, server=server))

    def _put(self, heard: ServerNotification | None) -> None:
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(heard)
