"""What a history of calls does for the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mcptui.call_filter.terms import CallFilter
    from mcptui.model.calls import FoundCalls, GroupBy, GroupStats, Use
    from mcptui.model.limits import Limits
    from mcptui.model.runtime import CallRecord


class HistoryStore(Protocol):
    """The log of calls. An answer is bounded by its ``limit``, whatever the number of calls.

    All methods raise :class:`mcptui.stores.history.errors.HistoryError` when the log cannot be used.
    """

    def use(self, limits: Limits) -> None:
        """Keep as much as ``limits`` says from the next record on."""
        ...

    async def record(self, records: Sequence[CallRecord]) -> None:
        """Add ``records``, all or none, and forget from time to time what is too much.

        None replaces another: where their ids are not above all that are there, they are numbered anew.
        """
        ...

    async def newest(self) -> int:
        """The largest id; 0 where there is none. It never becomes smaller."""
        ...

    async def sent_since(self, moment: float) -> list[tuple[str, float]]:
        """Who sent a request when, since ``moment`` (seconds since the epoch), oldest first."""
        ...

    async def find(self, wanted: CallFilter, *, near: int = 0) -> FoundCalls:
        """How many calls ``wanted`` lets through, and where among them the call ``near`` is."""
        ...

    async def heads(self, wanted: CallFilter, *, newest: int, skip: int = 0, limit: int) -> list[CallRecord]:
        """Those of them up to the id ``newest``, newest first, without params, result and events."""
        ...

    async def whole(self, wanted: CallFilter, *, before: int | None = None, limit: int) -> list[CallRecord]:
        """Those of them with an id below ``before``, newest first, with all that is kept of them."""
        ...

    async def call(self, id_: int) -> CallRecord | None:
        """One call with all that is kept of it."""
        ...

    async def stats(
        self, by: GroupBy, start: float, end: float, *, wanted: CallFilter, buckets: int
    ) -> list[GroupStats]:
        """Numbers of the calls from ``start`` to ``end`` (seconds since the epoch), one for each group."""
        ...

    async def uses(self) -> list[Use]:
        """What each key has called since the log began; also where the calls are forgotten."""
        ...

    async def close(self) -> None:
        """Close the log; the next use opens it again."""
        ...
