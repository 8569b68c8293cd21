"""What the server of one connection asks its client, until that is answered."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, RpcError
from mcptui.protocol.jsonrpc import Message, RequestId
from mcptui.tasks import start_task
from mcptui.upstream.call import Ask, ClientBehind
from mcptui.upstream.deadline import Deadline
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.progress_tokens import ProgressTokens

log = logging.getLogger(__name__)

ROOTS: Final = "roots/list"
#: How long a client may take to name its roots to a server that has just been connected to, seconds.
ROOTS_PATIENCE: Final = 10.0
#: Questions of one server that wait for an answer; it gets no more of them to a client.
MOST: Final = 1_000
#: Answers that are sent at a time: over HTTP each has a connection of its own, and some servers are slow to take one.
ANSWERS_AT_A_TIME: Final = 4


class Questions:
    """Brings questions to who answers them, and the answers back.

    Args:
        tell: sends an answer.
    """

    def __init__(self, tell: Callable[[Message], Awaitable[None]]) -> None:
        self._tell = tell
        #: Whom the server asks outside any call.
        self.client = ClientBehind(None)
        self.tokens = ProgressTokens()
        #: The server wants to know the roots of its client.
        self.are_about_roots = False
        self._open: dict[RequestId, asyncio.Task[None]] = {}
        #: Those of the open questions, and those that send an answer.
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(ANSWERS_AT_A_TIME)

    async def take(
        self, message: Message, ask: Ask | None, clock: Deadline | None, because_of: set[asyncio.Task[None]] | None
    ) -> None:
        """Have a question answered soon; one with the id of another that is open is refused, and one too many too.

        Args:
            message: the question.
            ask: asks the client of the call that it is about; None where it is about none, or that has no way back.
            clock: of that call.
            because_of: holds the questions that end with that call.
        """
        id_, method = message["id"], message["method"]
        self.are_about_roots |= method == ROOTS
        if (why := self._refusal(id_)) is not None:
            await self._reply(jsonrpc.error(id_, RpcError(INVALID_REQUEST, why)))
            return
        task = start_task(self._answer(id_, method, message.get("params") or {}, ask, clock), name=method)
        self._open[id_] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(functools.partial(self._release, id_))
        if because_of is not None:
            because_of.add(task)
            task.add_done_callback(because_of.discard)

    def _refusal(self, id_: RequestId) -> str | None:
        if id_ in self._open:
            return "a request with this id is still open"
        return f"{MOST:,} requests are open already" if len(self._tasks) >= MOST else None

    def _release(self, id_: RequestId, task: asyncio.Task[None] | None) -> None:
        """The id of a question that is no longer open may be used again."""
        if self._open.get(id_) is task:
            del self._open[id_]

    async def _answer(
        self, id_: RequestId, method: str, params: dict[str, Any], ask: Ask | None, clock: Deadline | None
    ) -> None:
        ask = ask or self.client.ask
        try:
            if method == "ping":
                reply = jsonrpc.result(id_, {})
            elif ask is None:
                reply = jsonrpc.error(id_, RpcError(METHOD_NOT_FOUND, f"the client does not support {method}"))
            else:
                with self.tokens.replaced(params) as params:
                    reply = jsonrpc.result(id_, await _asked(clock, ask, method, params))
        except RpcError as error:
            reply = jsonrpc.error(id_, error)
        except UpstreamError as error:
            reply = jsonrpc.error(id_, RpcError(INTERNAL_ERROR, error.message))
        # Who reads the answer may use the id again before it is known here that it was read.
        self._release(id_, asyncio.current_task())
        await self._reply(reply)

    async def _reply(self, reply: Message) -> None:
        try:
            async with self._places:
                await self._tell(reply)
        except UpstreamError as error:
            log.debug("the server has not taken the answer to its question: %s", error)

    async def roots_named(self) -> None:
        """Wait until the client has named its roots to a server that has asked for them."""
        asking = [task for task in self._tasks if task.get_name() == ROOTS]
        if asking:
            await asyncio.wait(asking, timeout=ROOTS_PATIENCE)

    def withdraw(self, id_: object) -> None:
        """The server wants no answer any more to the question with that id."""
        question = self._open.pop(id_, None) if isinstance(id_, (str, int)) else None
        if question is not None:
            question.cancel()

    def withdraw_all(self) -> None:
        """Nobody is left to take an answer."""
        for task in self._tasks:
            task.cancel()


async def _asked(clock: Deadline | None, ask: Ask, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """The client's answer; the clock of the call that it is for stands still until it comes."""
    if clock is None:
        return await ask(method, params)
    clock.hold()
    try:
        return await ask(method, params)
    finally:
        clock.resume()
