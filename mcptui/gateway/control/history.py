"""The recorded calls through the control API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from typing import Final

from mcptui.call_filter.language import parse_filter
from mcptui.call_filter.terms import CallFilter, Pattern, TextTerm
from mcptui.control.interface import CallHistory
from mcptui.errors import McptuiError
from mcptui.model.calls import MOST_CALLS, CallQuery, FoundCalls, GroupBy, GroupStats, Use
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.port import HistoryStore

#: So many calls are read with their bodies at once.
_WITH_BODIES: Final = 200


class HistoryApi(CallHistory):
    """The handlers; a subclass says where the history is."""

    @property
    def calls_store(self) -> HistoryStore:
        """The history."""
        raise NotImplementedError

    async def search_calls(self, query: CallQuery, near: int = 0) -> FoundCalls:
        return await self.calls_store.find(filter_of(query), near=near)

    async def found_calls(self, query: CallQuery, newest: int, skip: int = 0, limit: int = 100) -> list[CallRecord]:
        at_most = min(max(limit, 0), MOST_CALLS)
        return await self.calls_store.heads(filter_of(query), newest=newest, skip=max(skip, 0), limit=at_most)

    async def recorded_call(self, id_: int) -> CallRecord | None:
        return await self.calls_store.call(id_)

    async def recorded_calls(self, query: CallQuery) -> AsyncGenerator[CallRecord, None]:
        wanted, before = filter_of(query), None
        while page := await self.calls_store.whole(wanted, before=before, limit=_WITH_BODIES):
            for record in page:
                yield record
            before = page[-1].id

    async def earlier_calls(self, method: str, server: str, names: Sequence[str], limit: int = 100) -> list[CallRecord]:
        def one_of(fields: tuple[str, ...], *texts: str) -> TextTerm:
            return TextTerm(fields, tuple(Pattern(text, "exact") for text in texts))

        wanted = CallFilter(
            (one_of(("method",), method), one_of(("server",), server), one_of(("name", "tool"), *names))
        )
        return await self.calls_store.whole(wanted, limit=min(max(limit, 0), MOST_CALLS))

    async def call_stats(
        self, by: GroupBy, start: float, end: float, query: CallQuery = CallQuery(), buckets: int = 30
    ) -> list[GroupStats]:
        return await self.calls_store.stats(by, start, end, wanted=filter_of(query), buckets=buckets)

    async def uses(self) -> list[Use]:
        return await self.calls_store.uses()


def filter_of(query: CallQuery) -> CallFilter:
    """The filter that a person wrote.

    Raises:
        McptuiError: filter or moment cannot be understood.
    """
    try:
        now = datetime.fromisoformat(query.now) if query.now else datetime.now(UTC)
    except ValueError as error:
        raise McptuiError(f"{query.now[:40]} is no moment") from error
    return parse_filter(query.text, now if now.tzinfo is not None else now.replace(tzinfo=UTC))
