"""The stateless front (2026-07-28): one POST a request, JSON unless something must stream."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any, Final

from mcptui import __version__
from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.notify.change_notifier import Listener
from mcptui.gateway.pipeline import Answered, Parts, serve
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import (
    HTTP_STATUS,
    INVALID_REQUEST,
    RpcError,
    invalid_params,
    method_not_found,
)
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.listed.items import KINDS
from mcptui.protocol.results import LIST_TTL_MS, error_to_stateless, to_stateless
from mcptui.protocol.stateless import (
    HANDSHAKE_ONLY,
    LISTEN,
    META_SERVER_INFO,
    META_SUBSCRIPTION,
    Envelope,
    check_request,
    is_told,
    unsupported_version,
)
from mcptui.protocol.versions import STATELESS_VERSIONS

SERVER_INFO: Final = {"name": "mcptui", "title": "mcptui gateway", "version": __version__}
#: What a list result has beside the list; how long it may be kept, and who, is filled in.
_LIST_MEMBERS: Final = b'"resultType":"complete","ttlMs":%d,"cacheScope":"%b",' + jsonrpc.encode(
    {"_meta": {META_SERVER_INFO: SERVER_INFO}}
)[1:-1].replace(b"%", b"%%")

#: With 429: a call of the key will end at some time, nobody knows when.
_COME_BACK: Final = ((b"retry-after", b"1"),)

#: ``notifications`` filter of a listen → what it subscribes to.
_KINDS: Final = {
    "toolsListChanged": "notifications/tools/list_changed",
    "promptsListChanged": "notifications/prompts/list_changed",
    "resourcesListChanged": "notifications/resources/list_changed",
}


class StatelessFront:
    """Answers one message; keeps nothing between two."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def post(self, message: Any, size: int, incoming: Incoming, principal: Principal, scope: Scope) -> None:
        """Answer a POST whose body, of ``size`` bytes, was decoded already."""
        headers = incoming.headers
        try:
            jsonrpc.check_envelope(message)
            if not jsonrpc.is_request(message):
                await self._notification(message, incoming)
                return
            envelope = check_request(message, headers)
        except RpcError as error:
            body = jsonrpc.encode(jsonrpc.error(jsonrpc.readable_id(message), error))
            await incoming.answer_json(HTTP_STATUS.get(error.code, 200), body)
            return
        exchange = _exchange(self._core, message, envelope, principal, scope, headers)
        with Answer(incoming, cancels=True) as answer:
            exchange.notify = partial(_notify, exchange, answer)
            call = _Call(self, answer)
            try:
                await serve(self._core, exchange, message["id"], call, size, call.write)
            finally:
                exchange.notify = None  # they hold each other, and a large request with them

    async def _notification(self, message: Message, incoming: Incoming) -> None:
        """The core has none from clients; they are accepted and dropped, answers are refused."""
        if not jsonrpc.is_notification(message):
            raise RpcError(INVALID_REQUEST, "Invalid request: this revision has no responses from clients")
        version = incoming.headers.get(h.PROTOCOL_VERSION, [""])[0]
        if version not in STATELESS_VERSIONS:
            raise unsupported_version(version)
        await incoming.answer_empty(202)

    async def run(self, exchange: Exchange, id_: jsonrpc.RequestId) -> Answered:
        """Answer a request that needs no stream of its own.

        Raises:
            RpcError: every failure.
        """
        if exchange.method in KINDS:
            return Answered(await self._list(exchange, id_))
        if exchange.method in HANDSHAKE_ONLY:
            raise method_not_found(exchange.method)
        is_discovery = exchange.method == "server/discover"
        result = await (self._discover(exchange) if is_discovery else self._core.relay.request(exchange))
        return Answered(
            (jsonrpc.encode(jsonrpc.result(id_, to_stateless(exchange.method, result, SERVER_INFO))),), result
        )

    async def _list(self, exchange: Exchange, id_: jsonrpc.RequestId) -> Parts:
        """A list result put together from parts that are serialised already."""
        view = await self._core.relay.ready_view(exchange)
        # The list comes last and brings the end of the message with it: two pieces, of which one is shared.
        hint = view.hints[exchange.method]
        members = _LIST_MEMBERS % (hint.ttl_ms, hint.scope.encode())
        head = b'{"jsonrpc":"2.0","id":%b,"result":{%b,' % (jsonrpc.encode(id_), members)
        return head, self._core.relay.pages.page(exchange, view)

    async def _discover(self, exchange: Exchange) -> dict[str, Any]:
        view = await self._core.relay.ready_view(exchange)
        result: dict[str, Any] = {
            "supportedVersions": list(STATELESS_VERSIONS),
            "capabilities": view.capabilities,
            "ttlMs": LIST_TTL_MS,
        }
        if view.instructions is not None:
            result["instructions"] = view.instructions
        return result

    async def listen(self, exchange: Exchange, id_: jsonrpc.RequestId, answer: Answer) -> None:
        """``subscriptions/listen``: an endless stream; the first message says what was accepted."""
        wanted = exchange.params.get("notifications")
        if not isinstance(wanted, dict):
            raise invalid_params("params.notifications must be an object")
        queue: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue(1_000)
        kinds = {method for kind, method in _KINDS.items() if wanted.get(kind) is True}
        wanted_uris = wanted.get("resourceSubscriptions") or []
        if not isinstance(wanted_uris, list):
            raise invalid_params("params.notifications.resourceSubscriptions must be an array")
        uris = [uri for uri in wanted_uris if isinstance(uri, str)]

        def end() -> None:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(None)

        def deliver(method: str, params: dict[str, Any]) -> None:
            if queue.full():  # a reader that stopped reading listens again and fetches anew
                end()
            elif method in kinds or method == "notifications/resources/updated":
                queue.put_nowait((method, params))

        listener = Listener(
            exchange.principal,
            exchange.scope,
            deliver,
            end,
            client=exchange.client,
            audience=exchange.audience,
            stream_of=exchange,
        )
        await answer.open_stream()
        await self._core.relay.ready_view(exchange)
        accepted: dict[str, Any] = {kind: True for kind, method in _KINDS.items() if method in kinds}
        tag = {META_SUBSCRIPTION: id_}
        try:
            if subscribed := await self._core.subscriptions.add_all(exchange, listener, uris):
                accepted["resourceSubscriptions"] = subscribed
            self._core.hub.add(listener)
            note = {"notifications": accepted, "_meta": tag}
            await answer.event(jsonrpc.encode(jsonrpc.notification("notifications/subscriptions/acknowledged", note)))
            while (entry := await queue.get()) is not None:
                method, params = entry
                meta = params.get("_meta")
                params = {**params, "_meta": {**(meta if isinstance(meta, dict) else {}), **tag}}
                await answer.event(jsonrpc.encode(jsonrpc.notification(method, params)))
            final = {"resultType": "complete", "_meta": {**tag, META_SERVER_INFO: SERVER_INFO}}
            await answer.finish(200, jsonrpc.encode(jsonrpc.result(id_, final)))
        finally:
            self._core.hub.remove(listener)
            await asyncio.shield(self._core.subscriptions.remove_all(listener))


class _Call:
    """One request of a stateless client, and the HTTP answer to it."""

    __slots__ = ("_answer", "_front")

    def __init__(self, front: StatelessFront, answer: Answer) -> None:
        self._front = front
        self._answer = answer

    def run(self, exchange: Exchange, id_: jsonrpc.RequestId) -> Coroutine[Any, Any, Answered | None]:
        """As of :class:`mcptui.gateway.pipeline.Form`."""
        if exchange.method == LISTEN:
            return self._front.listen(exchange, id_, self._answer)
        return self._front.run(exchange, id_)

    @staticmethod
    def failed(_: Exchange, id_: jsonrpc.RequestId, error: RpcError) -> Answered:
        """As of :class:`mcptui.gateway.pipeline.Form`."""
        fault = error_to_stateless(error)
        return Answered((jsonrpc.encode(jsonrpc.error(id_, fault)),), fault=fault)

    def write(self, answered: Answered) -> Coroutine[Any, Any, None]:
        """The last message of the answer."""
        status = 200 if answered.fault is None else HTTP_STATUS.get(answered.fault.code, 200)
        return self._answer.finish(status, answered.body, headers=_COME_BACK if status == 429 else ())


async def _notify(exchange: Exchange, answer: Answer, method: str, params: dict[str, Any]) -> None:
    if is_told(method, params, exchange.log_level):
        await answer.event(jsonrpc.encode(jsonrpc.notification(method, params)))


def _exchange(
    core: Core,
    message: Message,
    envelope: Envelope,
    principal: Principal,
    scope: Scope,
    headers: Mapping[str, list[str]],
) -> Exchange:
    exchange = Exchange(
        principal, core.snapshot, "stateless", envelope.version, message["method"], message["params"], scope, headers
    )
    exchange.capabilities = envelope.capabilities
    exchange.client_info = envelope.client_info
    exchange.log_level = envelope.log_level
    exchange.log_level_asked = envelope.log_level is not None
    return exchange
