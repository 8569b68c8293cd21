"""The way back to the client of one call in the handshake era."""

from __future__ import annotations

import asyncio
from typing import Any

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.fronts.mcp.streams import PRIMED, EventStream
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError, method_not_found
from mcptui.protocol.stateless import is_told


class WayBack:
    """How notifications, questions and the answer of one call reach its client: on the stream of its POST.

    Args:
        answer: to the POST.
        session: of the client, where it has one.
        exchange: the call.
    """

    def __init__(self, answer: Answer, session: Session | None, exchange: Exchange) -> None:
        self._answer = answer
        self._session = session
        self._exchange = exchange
        self._stream: EventStream | None = None
        self._opening = asyncio.Lock()
        self._is_over = False

    async def open(self) -> EventStream:
        """The stream, which begins with the first need for it; once the answer was given, that beside all calls."""
        async with self._opening:
            if self._is_over and self._session is not None:
                return self._session.standalone
            if self._stream is None:
                self._stream = self._session.new_stream() if self._session else EventStream("call")
                await self._answer.open_stream()
                prime = self._session is not None and self._session.version >= PRIMED
                await self._stream.attach(self._answer, prime=prime)
            return self._stream

    async def notify(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification, where the client is told of such."""
        if not is_told(method, params, self._exchange.log_level):
            return
        await (await self.open()).write(jsonrpc.encode(jsonrpc.notification(method, params)))

    async def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a question, and wait for its answer.

        Raises:
            RpcError: there is no session in which it could be answered, or as of :meth:`Session.ask`.
        """
        if self._session is None:
            raise method_not_found(method)
        return await self._session.ask(await self.open(), method, params)

    async def finish(self, body: bytes) -> None:
        """The answer, which is the last message."""
        if self._opening.locked():  # a stream that just begins is attached first
            async with self._opening:
                pass
        stream, self._is_over = self._stream, True
        if stream is None:
            await self._answer.finish(200, body)
        else:
            await stream.write(body)
            await stream.end()

    async def cancelled(self, id_: jsonrpc.RequestId) -> None:
        """The HTTP exchange needs an end, though nobody waits for the answer."""
        await self.finish(jsonrpc.encode(jsonrpc.error(id_, RpcError(-32800, "Request cancelled"))))
