"""What handshake clients ask of the gateway, whichever transport carries it: sessions and their methods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.fronts.mcp.sessions import SessionStore
from mcptui.gateway.fronts.mcp.stateless import SERVER_INFO
from mcptui.gateway.notify.change_notifier import Listener
from mcptui.gateway.pipeline import Answered, serve
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import URL_ELICITATION_REQUIRED, RpcError, invalid_params, method_not_found
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.listed.items import KINDS
from mcptui.protocol.questions import can_open_urls
from mcptui.protocol.results import error_to_handshake, login_as_text, to_handshake
from mcptui.protocol.stateless import LISTEN, LOG_LEVELS, is_told
from mcptui.tasks import start_task
from mcptui.upstream.lease import Owner

#: How long a client waits for servers to take another log level, seconds.
_PATIENCE: Final = 1.0


class HandshakeMethods:
    """Opens and ends sessions, and answers their requests.

    Args:
        core: what all fronts share.
        replica: the id of this process among the gateways that share stores.
    """

    def __init__(self, core: Core, replica: str) -> None:
        self._core = core
        self.lifetimes = core.lifetimes
        self.sessions = SessionStore(self._ended, core.lifetimes, core.stores.owners, replica)

    async def open(self, session: Session, exchange: Exchange) -> dict[str, Any]:
        """Keep ``session`` from now on; the result of its ``initialize``, with which it starts anew every time."""
        if session.listener is not None:
            self._leave_servers(session)
        view = await self._core.relay.ready_view(exchange)
        result: dict[str, Any] = {
            "protocolVersion": session.version,
            "capabilities": view.capabilities,
            "serverInfo": SERVER_INFO,
        }
        if view.instructions is not None:
            result["instructions"] = view.instructions
        await self._keep(session, exchange)
        return result

    async def _keep(self, session: Session, exchange: Exchange) -> None:
        session.listener = Listener(
            session.principal,
            session.scope,
            self._deliverer(session),
            lambda: self.sessions.end(session),
            session=session.id,
            client=exchange.client,
            audience=exchange.audience._replace(session=session.id),
        )
        await self.sessions.add(session)
        self._core.hub.add(session.listener)

    def _deliverer(self, session: Session) -> Callable[[str, dict[str, Any]], None]:
        def deliver(method: str, params: dict[str, Any]) -> None:
            if is_told(method, params, session.log_level or LOG_LEVELS[0]):
                session.say(method, params)

        return deliver

    def _ended(self, session: Session) -> None:
        self._later(session.standalone.end())
        self._leave_servers(session)

    def _leave_servers(self, session: Session) -> None:
        """What it has at servers ends: they know what its client declared when it first came."""
        listener, session.listener, session.log_level = session.listener, None, None
        if listener is not None:
            self._core.hub.remove(listener)
            self._later(self._core.subscriptions.remove_all(listener))
        self._core.registry.forget_session(session.id)

    def _later(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return start_task(work, name="a session beside its requests")

    async def count(self, principal: Principal, requests: int) -> None:
        """As of the core: requests that came with another one.

        Raises:
            AuthError: they are too many.
        """
        if requests:
            await self._core.count(principal, requests)

    def take(self, message: Message, session: Session) -> None:
        """A notification or a response from the client."""
        if not jsonrpc.is_notification(message):
            session.take_answer(message)
            return
        method, params = message["method"], message.get("params") or {}
        if method == "notifications/cancelled":
            session.cancel(params.get("requestId"))
        elif method != "notifications/initialized":
            # Changed roots, progress on what a server has asked: for the servers that the session is open at.
            for server in self._core.registry.connected():
                self._later(server.tell(Owner(session.principal.id, session.id), method, params))

    async def answer(self, id_: jsonrpc.RequestId, exchange: Exchange, size: int) -> bytes:
        """The encoded response to one request; recorded."""
        answered = await serve(self._core, exchange, id_, self, size)
        assert answered is not None
        return answered.body[0]

    async def run(self, exchange: Exchange, id_: jsonrpc.RequestId) -> Answered:
        """As of :class:`mcptui.gateway.pipeline.Form`."""
        if exchange.method in KINDS:
            return Answered((await self._list(exchange, id_),))
        result = await self._result(exchange)
        return Answered((jsonrpc.encode(jsonrpc.result(id_, to_handshake(result))),), result)

    def failed(self, exchange: Exchange, id_: jsonrpc.RequestId, error: RpcError) -> Answered:
        """As of :class:`mcptui.gateway.pipeline.Form`."""
        is_unknown = error.code == URL_ELICITATION_REQUIRED and not can_open_urls(exchange.capabilities)
        if is_unknown and exchange.method == "tools/call":
            result = login_as_text(error)
            return Answered((jsonrpc.encode(jsonrpc.result(id_, result)),), result)
        fault = error_to_handshake(exchange.method, error)
        return Answered((jsonrpc.encode(jsonrpc.error(id_, fault)),), fault=fault)

    async def _list(self, exchange: Exchange, id_: jsonrpc.RequestId) -> bytes:
        view = await self._core.relay.ready_view(exchange)
        head = b'{"jsonrpc":"2.0","id":' + jsonrpc.encode(id_) + b',"result":{'
        return b"".join((head, self._core.relay.pages.page(exchange, view)))

    async def _result(self, exchange: Exchange) -> dict[str, Any]:
        method = exchange.method
        session = self.sessions.get(exchange.session)
        if method == "ping":
            return {}
        if method == "logging/setLevel":
            level = exchange.params.get("level")
            if level not in LOG_LEVELS:
                raise invalid_params(f"params.level must be one of {', '.join(LOG_LEVELS)}")
            if session is not None:
                session.log_level = str(level)
                await self._set_log_level(session, str(level))
            return {}
        if method in ("resources/subscribe", "resources/unsubscribe"):
            uri = exchange.params.get("uri")
            if session is None or session.listener is None or not isinstance(uri, str):
                raise invalid_params("params.uri must be a string, in a session")
            if method == "resources/subscribe":
                await self._core.subscriptions.add(exchange, session.listener, uri)
            else:
                await self._core.subscriptions.remove(session.listener, uri)
            return {}
        if method in ("server/discover", LISTEN):
            raise method_not_found(method)
        return await self._core.relay.request(exchange)

    async def _set_log_level(self, session: Session, level: str) -> None:
        """Tell the servers that the session is open at; one that does not answer holds up nobody."""
        owner = Owner(session.principal.id, session.id)
        told = [self._later(each.set_log_level(owner, level)) for each in self._core.registry.connected()]
        if told:
            await asyncio.wait(told, timeout=_PATIENCE)

    def exchange(
        self,
        message: Message,
        principal: Principal,
        scope: Scope,
        session: Session | None,
        version: str,
        headers: Mapping[str, list[str]],
    ) -> Exchange:
        """The exchange of one request; without a session the client cannot be asked."""
        exchange = Exchange(
            principal,
            self._core.snapshot,
            "handshake",
            version,
            message["method"],
            message.get("params") or {},
            scope,
            headers,
        )
        # Servers of this era send logs unless told otherwise, so a client that did not say gets them all.
        exchange.log_level = LOG_LEVELS[0]
        if session is not None:
            exchange.session = session.id
            exchange.capabilities, exchange.client_info = session.capabilities, session.client_info
            if session.log_level is not None:
                exchange.log_level, exchange.log_level_asked = session.log_level, True
            exchange.ask = exchange.ask_outside = session.ask_outside
        return exchange
