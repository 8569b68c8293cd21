"""The recorded calls through the control API; the history is read in threads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from mcptui.control.interface import CallHistory
from mcptui.errors import McptuiError
from mcptui.model.calls import CallQuery, GroupBy, GroupStats, Use
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.filter import CallFilter, parse_filter
from mcptui.stores.history.port import HistoryStore
from mcptui.stores.history.terms import Pattern, TextTerm

T = TypeVar("T")

#: Calls that are read with their bodies at once.
_AT_ONCE: Final = 200


class HistoryApi(CallHistory):
    """The handlers; a subclass says where the history is."""

    def use_history(self, use: Callable[[HistoryStore], T]) -> T:
        """Give the history to ``use``. Blocking.

        Raises:
            HistoryError: it cannot be read.
        """
        raise NotImplementedError

    async def search_calls(self, query: CallQuery, limit: int = 100_000) -> list[int]:
        wanted = filter_of(query)
        return await self._read(lambda history: history.search(wanted, limit=limit))

    async def call_heads(self, ids: Sequence[int]) -> list[CallRecord]:
        return await self._read(lambda history: history.heads(ids))

    async def recorded_call(self, id_: int) -> CallRecord | None:
        return await self._read(lambda history: history.call(id_))

    async def recorded_calls(self, query: CallQuery) -> AsyncGenerator[CallRecord, None]:
        ids = await self.search_calls(query)
        for start in range(0, len(ids), _AT_ONCE):
            for record in await self._whole(ids[start : start + _AT_ONCE]):
                yield record

    async def _whole(self, ids: Sequence[int]) -> list[CallRecord]:
        return await self._read(lambda history: history.whole(ids))

    async def earlier_calls(self, method: str, server: str, names: Sequence[str], limit: int = 100) -> list[CallRecord]:
        def one_of(columns: tuple[str, ...], *texts: str) -> TextTerm:
            return TextTerm(columns, tuple(Pattern(text, "exact") for text in texts))

        wanted = CallFilter(
            (one_of(("method",), method), one_of(("server",), server), one_of(("name", "tool"), *names))
        )
        return await self._read(lambda history: list(history.calls(wanted, limit=limit)))

    async def call_stats(
        self, by: GroupBy, start: float, end: float, query: CallQuery = CallQuery(), buckets: int = 30
    ) -> list[GroupStats]:
        wanted = filter_of(query)
        return await self._read(lambda history: history.stats(by, start, end, wanted=wanted, buckets=buckets))

    async def uses(self) -> list[Use]:
        return await self._read(lambda history: history.uses())

    async def _read(self, use: Callable[[HistoryStore], T]) -> T:
        return await asyncio.to_thread(self.use_history, use)


def filter_of(query: CallQuery) -> CallFilter:
    """The filter that a person wrote.

    Raises:
        McptuiError: it cannot be understood.
    """
    try:
        now = datetime.fromisoformat(query.now) if query.now else datetime.now(UTC)
    except ValueError as error:
        raise McptuiError(f"{query.now[:40]} is no moment") from error
    return parse_filter(query.text, now if now.tzinfo is not None else now.replace(tzinfo=UTC))
