"""The handshake front (2024-11-05 … 2025-11-25) over Streamable HTTP: sessions, streams, batches."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.http.incoming import Headers, Incoming
from mcptui.gateway.fronts.mcp.methods import HandshakeMethods
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.fronts.mcp.streams import PRIMED, parse_event_id
from mcptui.gateway.fronts.mcp.way_back import WayBack
from mcptui.gateway.lifetime.lifetimes import Open
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import (
    INVALID_REQUEST,
    RpcError,
)
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.versions import ASSUMED_VERSION, BATCH_VERSION, HANDSHAKE_VERSIONS, negotiate_handshake

MAX_BATCH: Final = 100


class HandshakeFront:
    """Answers POST, GET and DELETE of clients that shake hands."""

    def __init__(self, methods: HandshakeMethods) -> None:
        self._methods = methods
        self._sessions = methods.sessions

    # -- requests of HTTP ----------------------------------------------------------------------------------

    async def post(self, message: Any, size: int, incoming: Incoming, principal: Principal, scope: Scope) -> None:
        """Answer a POST whose body, of ``size`` bytes, was decoded already."""
        headers = incoming.headers
        session = self._session(headers, principal, scope)
        # A client that shakes hands starts anew, whatever session it had.
        if session is None and h.SESSION_ID in headers and not _is_initialize(message):
            await _unknown_session(incoming)
            return
        version = session.version if session else headers.get(h.PROTOCOL_VERSION, [ASSUMED_VERSION])[0]
        if headers.get(h.PROTOCOL_VERSION, [version])[0] not in HANDSHAKE_VERSIONS:
            await _refuse(incoming, message, RpcError(INVALID_REQUEST, "Unsupported MCP-Protocol-Version"))
            return
        request = _Request(incoming, principal, scope, session, version, size)
        try:
            if isinstance(message, list):
                await self._batch(message, request)
                return
            jsonrpc.check_envelope(message)
        except RpcError as error:
            await _refuse(incoming, message, error)
            return
        if not jsonrpc.is_request(message):
            await self._accept(message, session, incoming)
        elif _is_initialize(message):
            await self._initialize(message, request)
        else:
            await self._answer(message, request)

    async def get(self, incoming: Incoming, principal: Principal, scope: Scope) -> None:
        """Open the stream for what belongs to no call, or resume a broken one."""
        headers = incoming.headers
        session = self._session(headers, principal, scope)
        if session is None:
            if h.SESSION_ID in headers:
                await _unknown_session(incoming)
            else:
                await incoming.answer_empty(405, [(b"allow", b"POST")])
            return
        stream, after = session.standalone, None
        if h.LAST_EVENT_ID in headers:
            position = parse_event_id(headers[h.LAST_EVENT_ID][0])
            resumed = session.stream(position[0]) if position else None
            if position is None or resumed is None:
                await incoming.answer_json(404, b'{"error":"the stream is not known (any more)"}')
                return
            stream, after = resumed, position[1]
        with (
            Answer(incoming, headers=_session_headers(session), cancels=False) as answer,
            self._methods.lifetimes.during(Open(principal, answer.stop_watching, kind="stream", peer=session)),
        ):
            try:
                await answer.open_stream()
                await stream.attach(answer, after=after, prime=session.version >= PRIMED)
                was_over = stream.ended
                if not was_over:
                    await answer.gone()
                    stream.detach(answer)
                    if stream.ended or answer.left:
                        return
                await answer.end()
            finally:
                stream.detach(answer)

    async def delete(self, incoming: Incoming, principal: Principal, scope: Scope) -> None:
        """End the session."""
        session = self._session(incoming.headers, principal, scope)
        if session is not None:
            self._sessions.end(session)
            await incoming.answer_empty(204)
        elif h.SESSION_ID in incoming.headers:
            await _unknown_session(incoming)
        else:
            await incoming.answer_empty(405, [(b"allow", b"POST")])

    # -- sessions ------------------------------------------------------------------------------------------

    def _session(self, headers: Mapping[str, list[str]], principal: Principal, scope: Scope) -> Session | None:
        ids = headers.get(h.SESSION_ID)
        return self._sessions.find(ids[0], principal, scope) if ids and len(ids) == 1 else None

    async def _initialize(self, message: Message, request: _Request) -> None:
        params = message.get("params") or {}
        version = negotiate_handshake(params.get("protocolVersion"))
        session = Session(request.principal, request.scope, version, params, self._sessions.all_kept)
        result = await self._methods.open(session, self._exchange(message, request, session))
        if request.session is not None:
            self._sessions.end(request.session)  # its client has just left it
        body = jsonrpc.encode(jsonrpc.result(message["id"], result))
        await request.incoming.answer_json(200, body, _session_headers(session))

    # -- messages ------------------------------------------------------------------------------------------

    async def _accept(self, message: Message, session: Session | None, incoming: Incoming) -> None:
        """Notifications and responses from the client: 202."""
        if session is not None:
            self._methods.take(message, session)
        await incoming.answer_empty(202)

    async def _batch(self, messages: list[Any], request: _Request) -> None:
        """2025-03-26 only: receiving batches is a MUST there, and gone in every other revision."""
        if request.version != BATCH_VERSION:
            raise RpcError(INVALID_REQUEST, "Invalid request: this revision has no batches")
        if not messages or len(messages) > MAX_BATCH:
            raise RpcError(INVALID_REQUEST, f"Invalid request: a batch has 1 to {MAX_BATCH} messages")
        for message in messages:
            if jsonrpc.check_envelope(message).get("method") == "initialize":
                raise RpcError(INVALID_REQUEST, "Invalid request: initialize must not be in a batch")
        ids = [message["id"] for message in messages if jsonrpc.is_request(message)]
        if len(set(ids)) != len(ids):
            raise RpcError(INVALID_REQUEST, "Invalid request: two requests of the batch have the same id")
        requests = [message for message in messages if jsonrpc.is_request(message)]
        for message in messages:
            if not jsonrpc.is_request(message) and request.session is not None:
                self._methods.take(message, request.session)
        if not requests:
            await request.incoming.answer_empty(202)
            return
        await self._methods.count(request.principal, len(requests) - 1)
        exchanges = [self._exchange(message, request, request.session) for message in requests]
        with Answer(request.incoming, headers=_session_headers(request.session), cancels=False) as answer:
            bodies = await asyncio.gather(
                *(
                    self._methods.answer(message["id"], exchange, 0)
                    for message, exchange in zip(requests, exchanges, strict=True)
                )
            )
            await answer.finish(200, b"[" + b",".join(bodies) + b"]")

    async def _answer(self, message: Message, request: _Request) -> None:
        session, id_ = request.session, message["id"]
        if session is not None and id_ in session.running:
            await _refuse(request.incoming, message, RpcError(INVALID_REQUEST, "The request id is in use"))
            return
        exchange = self._exchange(message, request, session)
        with Answer(request.incoming, headers=_session_headers(session), cancels=session is None) as answer:
            way_back = WayBack(answer, session, exchange)
            if session is not None:
                session.running[id_] = asyncio.current_task()  # type: ignore[assignment]
            if request.accepts_stream:
                answer.begin = way_back.open
                exchange.notify = way_back.notify
                if session is not None:
                    exchange.ask = way_back.ask
                    session.answering[id_] = way_back.open
            try:
                body = await self._methods.answer(id_, exchange, request.size)
                if session is not None:
                    session.answering.pop(id_, None)
                await way_back.finish(body)
            except asyncio.CancelledError:
                # Cancelled by the client's notification: in this era the request gets no answer any more, but
                # the HTTP response must end.
                if session is None or answer.left:
                    return
                await way_back.cancelled(id_)
            finally:
                # They hold each other, and a large request with them.
                exchange.notify = exchange.ask = answer.begin = None
                if session is not None:
                    session.running.pop(id_, None)
                    session.answering.pop(id_, None)

    def _exchange(self, message: Message, request: _Request, session: Session | None) -> Exchange:
        version = request.version if session is None else session.version
        return self._methods.exchange(
            message,
            request.principal,
            request.scope,
            session,
            version,
            request.incoming.headers,
        )


class _Request:
    """One HTTP request, as far as the messages in it need it."""

    __slots__ = ("accepts_stream", "incoming", "principal", "scope", "session", "size", "version")

    def __init__(
        self,
        incoming: Incoming,
        principal: Principal,
        scope: Scope,
        session: Session | None,
        version: str,
        size: int,
    ) -> None:
        self.incoming = incoming
        self.principal = principal
        self.scope = scope
        self.session = session
        self.version = version
        self.size = size
        self.accepts_stream = incoming.accepts_stream


def _is_initialize(message: Any) -> bool:
    return isinstance(message, dict) and message.get("method") == "initialize"


def _session_headers(session: Session | None) -> Headers:
    return [] if session is None else [(h.SESSION_ID.encode(), session.id.encode())]


async def _unknown_session(incoming: Incoming) -> None:
    """404 makes the client start anew (2025-06-18 basic/transports §Session Management)."""
    body = jsonrpc.encode(jsonrpc.error(None, RpcError(INVALID_REQUEST, "Session not found")))
    await incoming.answer_json(404, body)


async def _refuse(incoming: Incoming, message: Any, error: RpcError) -> None:
    await incoming.answer_json(400, jsonrpc.encode(jsonrpc.error(jsonrpc.readable_id(message), error)))
