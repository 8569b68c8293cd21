"""Every call is noted after its answer has left: a ring in memory, the history file behind it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from operator import attrgetter
from typing import Any, Final

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.record.alike import WINDOW, Alike
from mcptui.gateway.record.redaction import beginning, kept, kept_text, may_stay
from mcptui.model.runtime import NOBODY, CallRecord, Outcome
from mcptui.protocol.errors import RpcError
from mcptui.protocol.keys import KEY_PREFIX, without_gateway_keys
from mcptui.secrets.known import KnownSecrets

log = logging.getLogger(__name__)

#: For whoever looks without the history, or before it is written.
RING: Final = 500
#: Params and results larger than this are kept as their beginning only, bytes.
KEPT_BYTES: Final = 16_384
#: Messages larger than this are cut before they are kept at all, bytes.
_LARGE: Final = 256 * 1024
_FLUSH_EVERY: Final = 1.0
#: So many records wait for one who watches.
_WAITING: Final = 1_000
#: So many refused requests are explained in that time: a flood of them must not cost others time.
_EXPLAINED: Final = 200
#: Members that hold what clients and servers said.
_TEXTS: Final = ("method", "server", "name", "tool", "scope", "client", "error")
_texts: Final = attrgetter(*_TEXTS)
#: Names and URIs come from clients: longer ones are kept as their beginning, characters.
_NAME_LENGTH: Final = 500
_METHOD_LENGTH: Final = 200
_ERROR_LENGTH: Final = 4_000

Store = Callable[[Sequence[CallRecord]], Awaitable[None]]
#: The ``denied`` of a record whose exchange was refused.
Why = Callable[[Exchange], dict[str, Any] | None]


class Recorder:
    """The newest calls, and whoever watches them.

    Args:
        store: writes records to the history.
        why: finds out why access was refused. It is asked when somebody looks, never while a client waits: a
            forbidden name costs as much as one that does not exist.
        known: the secrets that are left out of what is kept.
    """

    def __init__(self, store: Store, why: Why = lambda _: None, known: KnownSecrets | None = None) -> None:
        self._store = store
        self._why = why
        self._known = KnownSecrets() if known is None else known
        self._alike = Alike()
        #: Why the newest records could not be written; None where they were.
        self.error: str | None = None
        #: The refused requests among those that are not yet in the history.
        self._refused: dict[int, Exchange] = {}
        self._ids = itertools.count(1)
        self._ring: deque[CallRecord] = deque(maxlen=RING)
        self._unsaved: list[CallRecord] = []
        #: There is something to write.
        self._some = asyncio.Event()
        #: There is so much to write that memory is worth more than few writes.
        self._many = asyncio.Event()
        self._saving: list[CallRecord] = []
        #: One flush at a time, so that whoever waits for one knows that everything before it is written.
        self._flushing = asyncio.Lock()
        self._watchers: set[asyncio.Queue[tuple[CallRecord, Exchange | None] | None]] = set()
        self.calls = 0

    def begin_after(self, newest: int) -> None:
        """Number records from ``newest`` on: whatever the clock says, none has the number of an earlier one."""
        self._ids = itertools.count(newest + 1)

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
        params, principal = exchange.params, exchange.principal
        name = params.get("name") or params.get("uri")
        client = exchange.client_info.get("name") if exchange.client_info is not None else None
        sent = exchange.sent
        # One is made for every call, and so many keywords take three times as long as attributes.
        record = CallRecord(
            id=next(self._ids),
            at=time.time(),
            key="(owner)",
            method=self._text(exchange.method, _NAME_LENGTH),
        )
        if isinstance(principal, KeyPrincipal):
            record.key, record.address = principal.name, principal.address
        record.server = exchange.server
        if isinstance(name, str):
            record.name = self._text(name, _NAME_LENGTH)
        record.outcome = _outcome(result, error, cancelled=cancelled)
        record.ms = (time.perf_counter() - started) * 1000
        record.upstream_ms, record.connect_ms = exchange.upstream_ms, exchange.connect_ms
        record.bytes_in, record.bytes_out = bytes_in, bytes_out
        record.front = exchange.version
        if exchange.tool is not None:
            record.tool = self._text(exchange.tool, _NAME_LENGTH)
        record.scope = self._scope(exchange)
        if isinstance(client, str):
            record.client = self._text(client, _NAME_LENGTH)
        if sent is not None:
            record.before_ms = (sent - started) * 1000
        record.params = self._slim({key: value for key, value in params.items() if key != "_meta"}, bytes_in)
        if error is None:
            record.result = self._slim(result, bytes_out)
        else:
            record.error = self._text(error.details or error.message, _ERROR_LENGTH)
            record.result = self._slim(error.to_wire(), bytes_out)
        if exchange.events:
            record.events = [{**event, "ms": (event["ms"] - started) * 1000} for event in exchange.events]
        self.calls += 1
        if record.method == "ping" and record.outcome == "ok":
            # It says that somebody is there, and nothing else: thousands a second would push out what was done.
            self._add_first(("ping", record.key, record.server), record)
        else:
            self._add(record, exchange if record.outcome == "denied" else None)

    def refuse(self, method: str, address: str | None, error: str) -> None:
        """Record a request that was not let in: which, from where, and why; many from one address are one record.

        Nothing that the client has shown is in ``error``.
        """
        record = CallRecord(
            id=next(self._ids),
            at=time.time(),
            key=NOBODY,
            method=self._text(method, _METHOD_LENGTH),
            outcome="denied",
            error=error,
            front="http",
            address=address,
        )
        self._add_first(("refused", address, error), record)

    def _add_first(self, kind: tuple[str | None, ...], record: CallRecord) -> None:
        """Add the first ``record`` of a kind within a minute; the others are counted."""
        if self._alike.is_first(kind, record):
            self._add(record)

    def _add_due(self, *, at_once: bool = False) -> None:
        """Add the records of what was counted, once its minute is over."""
        for record in self._alike.due(at_once=at_once):
            self._add(replace(record, id=next(self._ids)))

    def _text(self, text: str, limit: int) -> str:
        return text if len(text) <= limit else kept_text(text, limit, self._known)

    def _scope(self, exchange: Exchange) -> str | None:
        """The names of the request's scope; a key stands among them where a client shows it in its URL."""
        if (names := exchange.scope.names) is None:
            return None
        return self._text(exchange.snapshot.without_keys(",".join(names)[: 2 * _NAME_LENGTH]), _NAME_LENGTH)

    def _slim(self, value: Any, size: int) -> Any:
        """``value``, or at once its beginning where waiting for the next flush would hold much memory."""
        return value if size < _LARGE or value is None else beginning(value, size, KEPT_BYTES, self._known)

    def _add(self, record: CallRecord, refused: Exchange | None = None) -> None:
        self._unsaved.append(record)
        if len(self._unsaved) == 1:
            self._some.set()
        elif len(self._unsaved) == RING:
            self._many.set()
        if refused is not None and len(self._refused) < _EXPLAINED:
            self._refused[record.id] = refused
        if self._watchers:
            shown = self._presentable(record), refused
            for watcher in self._watchers:
                if watcher.qsize() < _WAITING:
                    watcher.put_nowait(shown)

    def _explained(self, record: CallRecord, refused: Exchange | None) -> CallRecord:
        return record if refused is None else replace(record, denied=self._why(refused))

    def recent(self, since: int = 0) -> list[CallRecord]:
        """The kept records with an id above ``since``, oldest first, masked and cut."""
        newest = [
            self._explained(self._presentable(record), self._refused.get(record.id))
            for record in (*self._saving, *self._unsaved)[-RING:]
        ]
        return [record for record in (*self._ring, *newest) if record.id > since][-RING:]

    async def watch(self, since: int = 0) -> AsyncGenerator[CallRecord, None]:
        """The kept records with an id above ``since``, then those that come; a slow reader misses some."""
        queue: asyncio.Queue[tuple[CallRecord, Exchange | None] | None] = asyncio.Queue(_WAITING + 1)
        self._watchers.add(queue)
        try:
            for record in self.recent(since):
                yield record
            while (shown := await queue.get()) is not None:
                yield self._explained(*shown)
        finally:
            self._watchers.discard(queue)

    def end_watching(self) -> None:
        """End what :meth:`watch` gave out: nothing more will come."""
        for watcher in self._watchers:
            watcher.put_nowait(None)
        self._watchers.clear()

    async def run(self) -> None:
        """Write to the history in the background, until cancelled."""
        try:
            while True:
                with suppress(TimeoutError):
                    # What was counted is recorded when its minute is over, also where nothing else comes.
                    async with asyncio.timeout(WINDOW if self._alike else None):
                        await self._some.wait()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_FLUSH_EVERY):
                        await self._many.wait()
                # What is being written is written to its end: it is in no other place any more.
                await asyncio.shield(self.flush())
        finally:
            await asyncio.shield(self.flush_all())

    async def flush_all(self) -> None:
        """Write also what is still counted."""
        self._add_due(at_once=True)
        await self.flush()

    async def flush(self) -> None:
        """Write what is not yet in the history, after what is being written already."""
        async with self._flushing:
            self._some.clear()
            self._add_due()
            if self._unsaved:
                await self._write()

    async def _write(self) -> None:
        records = [self._explained(record, self._refused.get(record.id)) for record in self._unsaved]
        self._saving = records
        self._unsaved, self._refused = [], {}
        self._many.clear()
        shown = await asyncio.to_thread(lambda: [self._presentable(record) for record in records])
        # Only what is cut to size stays in memory.
        self._ring.extend(shown)
        self._saving = []
        try:
            await self._store(shown)
        except Exception as error:
            # A full disk must not cost a call; the status says that calls are not recorded.
            if self.error is None:
                log.exception("the history could not be written")
            self.error = str(error) or type(error).__name__
        else:
            self.error = None

    def _presentable(self, record: CallRecord) -> CallRecord:
        return presentable(record, self._known)


def _outcome(result: Any, error: RpcError | None, *, cancelled: bool) -> Outcome:
    if cancelled:
        return "cancelled"
    if error is not None:
        return error.outcome
    return "tool_error" if isinstance(result, dict) and result.get("isError") is True else "ok"


def presentable(record: CallRecord, known: KnownSecrets) -> CallRecord:
    """The record with secrets masked and large values cut; itself where nothing is to be hidden."""
    if may_stay((record.params, record.result, _texts(record)), KEPT_BYTES, known):
        return record
    params, result = kept(record.params, KEPT_BYTES, known), kept(record.result, KEPT_BYTES, known)
    # Halves of surrogate pairs cannot be stored: one such text would cost the whole batch of records.
    texts: dict[str, str] = {}
    joined = "\n".join(filter(None, _texts(record)))
    if not _is_plain(joined) or known.without(joined) is not joined:
        texts = {name: text for name, text in zip(_TEXTS, _texts(record), strict=True) if text}
    if params is record.params and result is record.result and not texts:
        return record
    whole: dict[str, Any] = {
        name: without_gateway_keys(known.without(text).encode("utf-8", "replace")).decode()
        for name, text in texts.items()
    }
    return replace(record, params=params, result=result, **whole)


def _is_plain(text: str) -> bool:
    return text.isascii() and KEY_PREFIX not in text
