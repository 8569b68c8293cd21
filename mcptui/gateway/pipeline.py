"""The way of one request from what was read to what is recorded, the same for every front and for the gateway itself.

A front differs in how it reads a request, runs it in its era and writes the answer; what becomes of errors and of a
cancellation, and what is recorded, is decided here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.jsonrpc import RequestId
from mcptui.protocol.results import error_to_handshake, to_handshake

#: A body in pieces, of which a large one is shared with other answers: joining would copy it for each.
Parts: TypeAlias = tuple[bytes, ...]


@dataclass(slots=True)
class Answered:
    """What a request was answered: as it is written, and as it is recorded."""

    body: Parts
    result: Any = None
    fault: RpcError | None = None


class Form(Protocol):
    """The requests of one era, or of one call."""

    async def run(self, exchange: Exchange, id_: RequestId) -> Answered | None:
        """Run a request; None where it has answered by itself and is not recorded.

        Raises:
            RpcError: every failure that the client is to know.
        """

    def failed(self, exchange: Exchange, id_: RequestId, error: RpcError) -> Answered:
        """The answer in place of a result."""


Write: TypeAlias = Callable[[Answered], Awaitable[None]]


async def serve(
    core: Core, exchange: Exchange, id_: RequestId, form: Form, size: int, write: Write | None = None
) -> Answered | None:
    """Run one request of ``size`` bytes, write its answer and record it.

    Raises:
        asyncio.CancelledError: the client has given up, or has gone; that is recorded too.
    """
    started = time.perf_counter()
    try:
        try:
            answered = await form.run(exchange, id_)
        except RpcError as error:
            answered = form.failed(exchange, id_, error)
        except Exception as error:
            answered = form.failed(exchange, id_, core.internal_error(exchange, error))
        if answered is None:
            return None
        if write is not None:
            await write(answered)
    except asyncio.CancelledError:
        core.recorder.note(exchange, started=started, bytes_in=size, bytes_out=0, cancelled=True)
        raise
    core.recorder.note(
        exchange,
        started=started,
        bytes_in=size,
        bytes_out=sum(map(len, answered.body)),
        result=answered.result,
        error=answered.fault,
    )
    return answered


class _Direct:
    """A request that the gateway makes itself, for somebody; nobody reads its bytes, but they are counted."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def run(self, exchange: Exchange, _: RequestId) -> Answered:
        result = to_handshake(await self._core.relay.request(exchange))
        return Answered((jsonrpc.encode(result),), result)

    def failed(self, exchange: Exchange, _: RequestId, error: RpcError) -> Answered:
        return Answered((), fault=error_to_handshake(exchange.method, error))


async def execute(core: Core, exchange: Exchange) -> dict[str, Any]:
    """The result of ``exchange``, which the gateway makes itself, in the form of the handshake era.

    Raises:
        RpcError: every failure.
    """
    answered = await serve(core, exchange, 0, _Direct(core), len(jsonrpc.encode(exchange.params)))
    assert answered is not None
    if answered.fault is not None:
        raise answered.fault
    result: dict[str, Any] = answered.result
    return result
