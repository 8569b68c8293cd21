"""Notes what client and server say to each other between a request and its answer, for the recorder."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal, TypeAlias

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.record.redaction import kept
from mcptui.protocol.errors import RpcError
from mcptui.secrets.known import KnownSecrets
from mcptui.upstream.call import Ask, Notify

#: A talkative call is remembered by its beginning.
MOST_EVENTS: Final = 100
#: Larger values are kept as their beginning, bytes.
EVENT_BYTES: Final = 2_048

_Kind: TypeAlias = Literal["notification", "question", "answer"]
_Noting: TypeAlias = Callable[[_Kind, str, dict[str, Any]], None]


def overhear(exchange: Exchange, known: KnownSecrets) -> None:
    """Put an ear on the way between ``exchange``'s client and its server; ``known`` secrets are not noted."""
    note = partial(_note, exchange, known)
    if exchange.notify is not None:
        exchange.notify = partial(_notify, note, exchange.notify)
    if exchange.ask is not None:
        exchange.ask = partial(_ask, note, exchange.ask)


async def _notify(note: _Noting, notify: Notify, method: str, params: dict[str, Any]) -> None:
    note("notification", method, params)
    await notify(method, params)


async def _ask(note: _Noting, ask: Ask, method: str, params: dict[str, Any]) -> dict[str, Any]:
    note("question", method, params)
    try:
        answer = await ask(method, params)
    except RpcError as error:
        note("answer", method, error.to_wire())
        raise
    note("answer", method, answer)
    return answer


def _note(exchange: Exchange, known: KnownSecrets, kind: _Kind, method: str, value: dict[str, Any]) -> None:
    if exchange.events is None:
        exchange.events = []
    if len(exchange.events) < MOST_EVENTS:
        exchange.events.append(
            {"ms": time.perf_counter(), "kind": kind, "method": method, "value": kept(value, EVENT_BYTES, known)}
        )
