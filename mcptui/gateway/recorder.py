"""Every call is noted after its answer has left: a ring in memory, the history file behind it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final

import orjson

from mcptui.gateway.exchange import Exchange
from mcptui.model.runtime import CallRecord, Outcome
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INVALID_PARAMS, UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE, RpcError

log = logging.getLogger(__name__)

RING: Final = 2_000
#: Params and results larger than this are kept as their beginning only, bytes.
KEPT_BYTES: Final = 16_384
_FLUSH_EVERY: Final = 1.0
_SECRET_NAME: Final = re.compile(r"key|token|secret|passw|authori[sz]ation|credential|cookie", re.IGNORECASE)
_MASK: Final = "••••"

Store = Callable[[Sequence[CallRecord]], None]


class Recorder:
    """The newest calls, and whoever watches them.

    Args:
        store: writes records to the history; blocking, run in a thread.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids = itertools.count(int(time.time() * 1000))
        self._ring: deque[CallRecord] = deque(maxlen=RING)
        self._unsaved: list[CallRecord] = []
        self._watchers: set[asyncio.Queue[CallRecord]] = set()
        self.calls = 0

    def note(
        self,
        exchange: Exchange,
        *,
        started: float,
        bytes_in: int,
        bytes_out: int,
        result: Any = None,
        error: RpcError | None = None,
        cancelled: bool = False,
    ) -> None:
        """Record one finished exchange; ``started`` is a ``time.perf_counter`` value."""
        name = exchange.params.get("name") or exchange.params.get("uri")
        record = CallRecord(
            id=next(self._ids),
            at=time.time(),
            key=exchange.principal.key or "(owner)",
            method=exchange.method,
            server=exchange.server,
            name=name if isinstance(name, str) else None,
            outcome=_outcome(exchange, result, error, cancelled=cancelled),
            ms=(time.perf_counter() - started) * 1000,
            upstream_ms=exchange.upstream_ms,
            bytes_in=bytes_in,
            bytes_out=bytes_out,
            error=error.message if error is not None else None,
            front=exchange.version,
            params={key: value for key, value in exchange.params.items() if key != "_meta"},
            result=result if error is None else error.to_wire(),
        )
        self.calls += 1
        self._ring.append(record)
        self._unsaved.append(record)
        for watcher in self._watchers:
            if not watcher.full():
                watcher.put_nowait(presentable(record))

    def recent(self, since: int = 0) -> list[CallRecord]:
        """The kept records with an id above ``since``, oldest first, masked and cut."""
        return [presentable(record) for record in self._ring if record.id > since]

    async def watch(self) -> AsyncIterator[CallRecord]:
        """Records as they come; a slow reader misses some."""
        queue: asyncio.Queue[CallRecord] = asyncio.Queue(1_000)
        self._watchers.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self._watchers.discard(queue)

    async def run(self) -> None:
        """Write to the history in the background, until cancelled."""
        try:
            while True:
                await asyncio.sleep(_FLUSH_EVERY)
                await self.flush()
        finally:
            await asyncio.shield(self.flush())

    async def flush(self) -> None:
        """Write what is not yet in the history."""
        if not self._unsaved:
            return
        records, self._unsaved = self._unsaved, []
        try:
            await asyncio.to_thread(lambda: self._store([presentable(record) for record in records]))
        except Exception:
            # The history is a convenience: a full disk must not cost a call.
            log.exception("the history could not be written")


def _outcome(exchange: Exchange, result: Any, error: RpcError | None, *, cancelled: bool) -> Outcome:
    if cancelled:
        return "cancelled"
    if error is None:
        return "tool_error" if isinstance(result, dict) and result.get("isError") is True else "ok"
    if error.code in (UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT):
        return "unreachable"
    if error.code == INVALID_PARAMS and exchange.server is None and error.message.startswith("Unknown "):
        return "denied"
    return "error"


def presentable(record: CallRecord) -> CallRecord:
    """The record with secrets masked and large values cut."""
    values = {name: getattr(record, name) for name in CallRecord.__slots__}
    return CallRecord(**(values | {"params": _cut(mask(record.params)), "result": _cut(mask(record.result))}))


def mask(value: Any) -> Any:
    """``value`` with what stands under a secret's name replaced."""
    if isinstance(value, dict):
        return {
            key: _MASK if isinstance(item, str) and _SECRET_NAME.search(key) else mask(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [mask(item) for item in value]
    return value


def _cut(value: Any) -> Any:
    try:
        encoded = orjson.dumps(value)
        if len(encoded) <= KEPT_BYTES:
            return value
    except TypeError:  # integers beyond 64 bits, which the history does not store either
        encoded = jsonrpc.encode(value)
    return {"cut": True, "bytes": len(encoded), "beginning": encoded[:KEPT_BYTES].decode("utf-8", "replace")}
