"""A call that lasts as long as the client's request, carried out as the rules say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from itertools import count
from typing import Any, Final, TypeAlias

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.relay.era_bridge.bridge import EraBridge
from mcptui.gateway.relay.era_bridge.messages import (
    Answer,
    Commands,
    Failure,
    FromClient,
    FromServer,
    Message,
    Notification,
    Question,
    Refusal,
    Request,
    Result,
    ToClient,
    ToServer,
)
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.tasks import start_task
from mcptui.upstream.call import Ask, Notify

#: Sends params to the server, with ways back to the client, and has its result.
Send: TypeAlias = Callable[[dict[str, Any], Ask | None, Notify | None], Coroutine[Any, Any, dict[str, Any]]]

_ids: Final = count(1)


class DirectCall:
    """Awaits the server where the client's request is awaited: cancelling that cancels the call.

    Args:
        rules: what to do.
        exchange: the client's request.
        send: the way to the server.
    """

    __slots__ = ("_exchange", "_rules", "_send")

    def __init__(self, rules: EraBridge, exchange: Exchange, send: Send) -> None:
        self._rules = rules
        self._exchange = exchange
        self._send = send

    async def result(self, params: dict[str, Any]) -> dict[str, Any]:
        """The result for the client.

        Raises:
            RpcError: the error for the client.
            McptuiError: the server did not answer.
        """
        rules, exchange = self._rules, self._exchange
        ask = self._asked if rules.questions_pass and exchange.ask is not None else None
        notify = self._told if exchange.notify is not None else None
        commands = rules.from_client(Request(params))
        while True:
            match commands:
                case (ToClient(Result(value)),):
                    return value
                case (ToServer(Request(params)),):
                    try:
                        message: Message = Result(await self._send(params, ask, notify))
                    except RpcError as error:
                        message = Failure(error)
                    commands = rules.from_server(message)
                case (ToClient(Failure(failure)),):
                    raise failure
                case questions:
                    commands = await self._ask_all(questions)

    async def _told(self, method: str, params: dict[str, Any]) -> None:
        match self._rules.receive(FromServer(Notification(method, params))):
            case (ToClient(Notification(method, params)),) if self._exchange.notify is not None:
                await self._exchange.notify(method, params)

    async def _asked(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The server asks in a message of its own."""
        question = Question(str(next(_ids)), method, params)
        match await self._ask_all(self._rules.receive(FromServer(question))):
            case (ToServer(Answer(_, value)),):
                return value
            case (ToServer(Refusal(_, error)),):
                raise error
            case other:
                raise AssertionError(other)

    async def _ask_all(self, commands: Commands) -> Commands:
        """Ask the client side by side, until its answers make something to do; what is then unanswered is withdrawn."""
        asking = [
            start_task(self._ask(each.message), name="ask the client", awaited=True)
            for each in commands
            if isinstance(each, ToClient) and isinstance(each.message, Question)
        ]
        try:
            return await self._after(asking)
        finally:
            for task in asking:
                task.cancel()
            # The client hears that an answer is not needed any more before it hears the end of the call.
            await asyncio.gather(*asking, return_exceptions=True)

    async def _after(self, asking: Iterable[asyncio.Task[Message]]) -> Commands:
        for answer in asyncio.as_completed(asking):
            if commands := self._rules.receive(FromClient(await answer)):
                return commands
        return ()

    async def _ask(self, question: Question) -> Message:
        # A server may ask when its answer is already on its way: then the question is none of the call any more.
        ask = self._exchange.ask or self._exchange.ask_outside
        if ask is None:
            return Refusal(question.id, RpcError(INTERNAL_ERROR, "the client has its answer already"))
        try:
            return Answer(question.id, await ask(question.method, question.params))
        except RpcError as error:
            return Refusal(question.id, error)
