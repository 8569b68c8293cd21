"""A call that goes on while its client is away to answer a question, carried out as the rules say."""

from __future__ import annotations

import asyncio
import contextlib
from itertools import count
from typing import Any

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.relay.era_bridge.direct_call import Send
from mcptui.gateway.relay.era_bridge.messages import (
    Answer,
    Cancellation,
    Command,
    Event,
    Failure,
    FromClient,
    FromServer,
    Notification,
    Pause,
    Question,
    Refusal,
    Request,
    Result,
    Suspend,
    ToClient,
    ToServer,
    Withdrawal,
)
from mcptui.gateway.relay.era_bridge.suspended_questions import SuspendedQuestions
from mcptui.tasks import start_task
from mcptui.upstream.call import Notify


class SuspendedCall:
    """An upstream call, which one request of the client after the other takes up again.

    Args:
        id_: what the client's state leads back to.
        rules: what to do.
        exchange: the request that begins it.
        send: the way to the server.
    """

    def __init__(self, id_: str, rules: SuspendedQuestions, exchange: Exchange, send: Send) -> None:
        self.id = id_
        self.exchange = exchange
        #: Whether it waits for its client.
        self.is_suspended = False
        self._rules = rules
        self._send = send
        self._task: asyncio.Task[dict[str, Any]] | None = None
        self._ids = count(1)
        #: The questions that the server waits for an answer to.
        self._questions: dict[str, asyncio.Future[dict[str, Any]]] = {}
        #: What the client's request is answered, and its way back meanwhile.
        self._response: asyncio.Future[dict[str, Any]] | None = None
        self._notify: Notify | None = None

    async def result(self, params: dict[str, Any], notify: Notify | None) -> dict[str, Any]:
        """The result for the client, which may be a question: then the call is suspended.

        Raises:
            RpcError: the error for the client.
            McptuiError: the server did not answer.
        """
        response: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._response = response
        self._notify, self.is_suspended = notify, False
        self._take(FromClient(Request(params)))
        try:
            return await response
        except asyncio.CancelledError:
            # The client closed the stream while the call ran: that cancels it.
            await self.cancel()
            raise
        finally:
            self._notify = None

    async def cancel(self) -> None:
        """Give up: the upstream call is cancelled."""
        self._take(FromClient(Cancellation()))
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._task

    def _take(self, event: Event) -> None:
        for command in self._rules.receive(event):
            self._do(command)

    def _do(self, command: Command) -> None:
        match command:
            case ToClient(Result(value)):
                self._respond(value)
            case ToClient(Failure(error)):
                self._respond(error)
            case Suspend():
                self.is_suspended = True
            case ToServer(Request(params)):
                self._start(params)
            case ToServer(Answer(id_, value)):
                _settle(self._questions[id_], value)
            case ToServer(Refusal(id_, error)):
                _settle(self._questions[id_], error)
            case ToServer(Cancellation()) if self._task is not None:
                self._task.cancel()

    def _start(self, params: dict[str, Any]) -> None:
        work = self._send(params, self._asked, self._told)
        self._task = start_task(work, name="suspended call", awaited=True)
        self._task.add_done_callback(self._ended)

    def _respond(self, outcome: dict[str, Any] | BaseException) -> None:
        assert self._response is not None
        _settle(self._response, outcome)

    def _ended(self, task: asyncio.Task[dict[str, Any]]) -> None:
        if task.cancelled():
            # Also where nobody here has done so: the connection may have been closed.
            assert self._response is not None
            self._response.cancel()
            return
        error = task.exception()
        self._take(FromServer(Result(task.result()) if error is None else Failure(error)))

    async def _told(self, method: str, params: dict[str, Any]) -> None:
        for command in self._rules.receive(FromServer(Notification(method, params))):
            match command:
                case ToClient(Notification(method, params)) if self._notify is not None:
                    await self._notify(method, params)

    async def _asked(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        id_ = str(next(self._ids))
        answer: asyncio.Future[dict[str, Any]] = loop.create_future()
        self._questions[id_] = answer
        self._take(FromServer(Question(id_, method, params)))
        loop.call_soon(self._take, Pause())
        try:
            return await answer
        except asyncio.CancelledError:
            self._take(FromServer(Withdrawal(id_)))
            raise
        finally:
            del self._questions[id_]


def _settle(waiting: asyncio.Future[dict[str, Any]], outcome: dict[str, Any] | BaseException) -> None:
    if waiting.done():
        return
    if isinstance(outcome, BaseException):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
