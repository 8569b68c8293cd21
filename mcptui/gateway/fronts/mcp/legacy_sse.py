"""The HTTP+SSE front of 2024-11-05: one event stream for everything, POSTs beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.mcp.methods import HandshakeMethods
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.lifetime.lifetimes import Open
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INVALID_REQUEST, RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.stateless import is_told
from mcptui.protocol.versions import negotiate_handshake
from mcptui.tasks import start_task


class LegacySseFront:
    """A session lives as long as its stream; the POST endpoint asks for the same key as the stream did."""

    def __init__(self, methods: HandshakeMethods) -> None:
        self._methods = methods
        self._tasks: set[asyncio.Task[None]] = set()

    async def get(self, incoming: Incoming, principal: Principal, scope: Scope) -> None:
        """Open the stream; its first event names the URL for POSTs."""
        session = Session(principal, scope, negotiate_handshake("2024-11-05"), {}, self._methods.sessions.all_kept)
        await self._methods.sessions.add(session)
        with Answer(incoming, cancels=False) as answer:
            try:
                with self._methods.lifetimes.during(Open(principal, lambda: self._methods.sessions.end(session))):
                    await answer.event(f"/messages?session_id={session.id}".encode(), name="endpoint")
                    await session.standalone.attach(answer, prime=False, ids=False)
                    await answer.gone()
            finally:
                session.standalone.detach(answer)
                self._methods.sessions.end(session)

    async def post(
        self,
        session_id: str,
        message: Any,
        size: int,
        incoming: Incoming,
        principal: Principal,
        scope: Scope,
    ) -> None:
        """Take one message; what it answers comes on the stream."""
        session = self._methods.sessions.find(session_id, principal, scope)
        if session is None:
            await incoming.answer_json(404, b'{"error":"not_found","message":"Session not found"}')
            return
        try:
            jsonrpc.check_envelope(message)
            if jsonrpc.is_request(message) and message["id"] in session.running:
                raise RpcError(INVALID_REQUEST, "The request id is in use")
        except RpcError as error:
            await incoming.answer_json(400, jsonrpc.encode(jsonrpc.error(jsonrpc.readable_id(message), error)))
            return
        if jsonrpc.is_request(message):
            task = start_task(self._answer(message, session, incoming.headers, size), name=message["method"])
            session.running[message["id"]] = task
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            self._methods.take(message, session)
        await incoming.answer_empty(202)

    async def _answer(self, message: Message, session: Session, headers: Mapping[str, list[str]], size: int) -> None:
        async def notify(method: str, params: dict[str, Any]) -> None:
            if is_told(method, params, exchange.log_level):
                await session.standalone.write(jsonrpc.encode(jsonrpc.notification(method, params)))

        async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
            return await session.ask(session.standalone, method, params)

        if message["method"] == "initialize":
            session.declare(message.get("params") or {})
        exchange = self._methods.exchange(message, session.principal, session.scope, session, session.version, headers)
        exchange.notify, exchange.ask = notify, ask
        try:
            if message["method"] == "initialize":
                opened = await self._methods.open(session, exchange)
                body = jsonrpc.encode(jsonrpc.result(message["id"], opened))
            else:
                body = await self._methods.answer(message["id"], exchange, size)
            await session.standalone.write(body)
        finally:
            session.running.pop(message["id"], None)
