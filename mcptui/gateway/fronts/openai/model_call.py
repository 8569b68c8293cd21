"""A request to a model on the way of every request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mcptui.errors import McptuiError
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.openai.reply import Reply
from mcptui.gateway.pipeline import Answered
from mcptui.llm.errors import LlmError
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.protocol.jsonrpc import RequestId


class ModelCall:
    """As of :class:`mcptui.gateway.pipeline.Form`.

    Args:
        reply: where the answer goes.
        work: runs the request and sends its answer, unless it raises.
    """

    def __init__(self, reply: Reply, work: Callable[[], Awaitable[None]]) -> None:
        self._reply = reply
        self._work = work
        self._error: McptuiError | None = None

    async def run(self, exchange: Exchange, id_: RequestId) -> Answered:
        """Run it. What was said stays between client and provider, so nothing of it is recorded."""
        try:
            await self._work()
        except McptuiError as error:
            self._error = error
            return Answered((), fault=RpcError(INTERNAL_ERROR, error.message))
        return Answered(())

    def failed(self, _: Exchange, __: RequestId, error: RpcError) -> Answered:
        """The answer to a request that failed in here."""
        self._error = LlmError(error.message, status=500)
        return Answered((), fault=error)

    async def write(self, _: Answered) -> None:
        """The error, where there is one: all else was sent while it ran."""
        if self._error is not None:
            await self._reply.fail(self._error)
