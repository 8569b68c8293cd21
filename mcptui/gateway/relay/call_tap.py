"""Notes what client and server say to each other between a request and its answer, for the recorder."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final, Literal

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.record.redaction import kept
from mcptui.protocol.errors import RpcError
from mcptui.upstream.call import Ask, Notify

#: A talkative call is remembered by its beginning.
MOST_EVENTS: Final = 100
#: Larger values are kept as their beginning, bytes.
EVENT_BYTES: Final = 2_048


def overhear(exchange: Exchange) -> None:
    """Put an ear on the way between ``exchange``'s client and its server."""
    if exchange.notify is not None:
        exchange.notify = partial(_notify, exchange, exchange.notify)
    if exchange.ask is not None:
        exchange.ask = partial(_ask, exchange, exchange.ask)


async def _notify(exchange: Exchange, notify: Notify, method: str, params: dict[str, Any]) -> None:
    _note(exchange, "notification", method, params)
    await notify(method, params)


async def _ask(exchange: Exchange, ask: Ask, method: str, params: dict[str, Any]) -> dict[str, Any]:
    _note(exchange, "question", method, params)
    try:
        answer = await ask(method, params)
    except RpcError as error:
        _note(exchange, "answer", method, error.to_wire())
        raise
    _note(exchange, "answer", method, answer)
    return answer


def _note(
    exchange: Exchange, kind: Literal["notification", "question", "answer"], method: str, value: dict[str, Any]
) -> None:
    if exchange.events is None:
        exchange.events = []
    if len(exchange.events) < MOST_EVENTS:
        exchange.events.append(
            {"ms": time.perf_counter(), "kind": kind, "method": method, "value": kept(value, EVENT_BYTES)}
        )
