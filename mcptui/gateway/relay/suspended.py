"""Calls of a stateless client that wait at a handshake server for the client's answer."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, NamedTuple

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.relay.seal import LIFETIME, bad_state
from mcptui.protocol import questions
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import Ask, Notify

#: The most calls that may wait for answers at a time, in all and of one principal.
MAX_SUSPENDED: Final = 1_000
MAX_SUSPENDED_OF_ONE: Final = 50


class SuspendedCall:
    """An upstream call with the questions it asked and nobody answered yet."""

    def __init__(self, exchange: Exchange) -> None:
        #: The request that began it.
        self.exchange = exchange
        self.id = secrets.token_urlsafe(16)
        self.notify: Notify | None = None
        self._task: asyncio.Task[dict[str, Any]] | None = None
        self._questions: dict[str, tuple[dict[str, Any], asyncio.Future[dict[str, Any]]]] = {}
        self._asked = asyncio.Event()
        self._count = 0

    def start(self, run: Callable[[Ask, Notify], Coroutine[Any, Any, dict[str, Any]]]) -> None:
        """Begin the call; ``run`` gets the ask and notify of whichever request is attached."""
        self._task = start_task(run(self._ask, self._notify), name="suspended call", awaited=True)

    async def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        refused = questions.refusal(method, params, self.exchange.capabilities)
        if refused is not None:
            raise refused
        self._count += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        key = str(self._count)
        self._questions[key] = ({"method": method, "params": questions.to_stateless(method, params)}, answer)
        self._asked.set()
        try:
            return await answer
        finally:
            self._questions.pop(key, None)

    async def _notify(self, method: str, params: dict[str, Any]) -> None:
        if self.notify is not None:
            await self.notify(method, params)

    def answer(self, responses: dict[str, Any]) -> None:
        """Give the client's answers to those who asked; unknown ones are ignored (mrtr)."""
        for key, (_, waiting) in list(self._questions.items()):
            if key in responses and not waiting.done():
                value = responses[key]
                waiting.set_result(value if isinstance(value, dict) else {})
        if not any(not waiting.done() for _, waiting in self._questions.values()):
            self._asked.clear()

    async def proceed(self, notify: Notify | None) -> dict[str, Any] | None:
        """Wait for the result, or for a question: then None, and :attr:`open_questions` has it."""
        assert self._task is not None
        self.notify = notify
        asked = start_task(self._asked.wait(), name="question of a suspended call")
        try:
            await asyncio.wait({self._task, asked}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # The client closed the stream while the call ran: that cancels it.
            await self.cancel()
            raise
        finally:
            asked.cancel()
            self.notify = None
        if self._task.done():
            return self._task.result()
        return None

    @property
    def open_questions(self) -> dict[str, dict[str, Any]]:
        """``inputRequests`` that still need an answer."""
        return {key: question for key, (question, waiting) in self._questions.items() if not waiting.done()}

    async def cancel(self) -> None:
        """Give up: the upstream call is cancelled."""
        for _, waiting in self._questions.values():
            if not waiting.done():
                waiting.set_exception(RpcError(INTERNAL_ERROR, "the client did not answer"))
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._task


class _Kept(NamedTuple):
    call: SuspendedCall
    timer: asyncio.TimerHandle
    opened: Open


class SuspendedCalls:
    """All suspended calls, each with its deadline."""

    def __init__(self, lifetimes: Lifetimes) -> None:
        self._lifetimes = lifetimes
        self._calls: dict[str, _Kept] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._calls)

    def keep(self, call: SuspendedCall) -> None:
        """Hold ``call`` until the client comes back, or its time is over."""
        exchange = call.exchange
        own = [id_ for id_, kept in self._calls.items() if kept.call.exchange.principal == exchange.principal]
        if len(own) >= MAX_SUSPENDED_OF_ONE:
            self._expire(own[0])
        elif len(self._calls) >= MAX_SUSPENDED:
            self._expire(next(iter(self._calls)))
        timer = asyncio.get_running_loop().call_later(LIFETIME, self._expire, call.id)
        opened = Open(exchange.principal, partial(self._expire, call.id), exchange.is_allowed)
        self._calls[call.id] = _Kept(call, timer, opened)
        self._lifetimes.add(opened)

    def take(self, id_: str) -> SuspendedCall:
        """The call that the client comes back to; it is then nobody else's.

        Raises:
            RpcError: it is gone.
        """
        call = self._forget(id_)
        if call is None:
            raise bad_state()
        return call

    def _forget(self, id_: str) -> SuspendedCall | None:
        kept = self._calls.pop(id_, None)
        if kept is None:
            return None
        kept.timer.cancel()
        self._lifetimes.remove(kept.opened)
        return kept.call

    def _expire(self, id_: str) -> None:
        call = self._forget(id_)
        if call is not None:
            task = start_task(call.cancel(), name="expire suspended call")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Cancel all."""
        for id_ in list(self._calls):
            self._expire(id_)
        await asyncio.gather(*self._ending, return_exceptions=True)
