"""How many calls of a key are under way at a time."""

from __future__ import annotations

import asyncio
from collections import Counter, deque

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import KeyPrincipal, Operator
from mcptui.protocol.errors import TOO_MANY_CALLS, RpcError


class CallSlots:
    """Counts the calls that are at servers, by key. A call beyond ``max_concurrent`` is refused, or waits in line."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    async def enter(self, exchange: Exchange) -> None:
        """Take a slot; :meth:`leave` gives it back.

        Raises:
            RpcError: all are taken, and the exchange does not wait.
        """
        principal = exchange.principal
        if isinstance(principal, Operator):
            return
        key, configured = principal.name, exchange.snapshot.key(principal)
        limit = None if configured is None else configured.max_concurrent
        if limit is not None and self._running[key] >= limit:
            if not exchange.waits:
                message = f"Key {key} may have {limit} calls under way at a time; try again when one is done."
                raise RpcError(TOO_MANY_CALLS, message, {"retryable": True})
            await self._wait(key)
            return
        self._running[key] += 1

    async def _wait(self, key: str) -> None:
        """Wait until whoever leaves hands over its slot."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line = self._waiting.setdefault(key, deque())
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._free(key)
            raise
        finally:
            if turn in line:
                line.remove(turn)

    def leave(self, exchange: Exchange) -> None:
        """The call is over."""
        if isinstance(exchange.principal, KeyPrincipal):
            self._free(exchange.principal.name)

    def _free(self, key: str) -> None:
        line = self._waiting.get(key, deque())
        while line:
            turn = line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._waiting.pop(key, None)
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]
