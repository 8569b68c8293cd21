"""What the gateway needs of a history of calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mcptui.model.calls import GroupBy, GroupStats, Use
    from mcptui.model.runtime import CallRecord
    from mcptui.stores.history.filter import CallFilter


class HistoryStore(Protocol):
    """The log of calls. Blocking; safe to use from several threads.

    All methods raise :class:`mcptui.stores.history.errors.HistoryError` when the log cannot be used.
    """

    def record(self, records: Sequence[CallRecord]) -> None:
        """Add ``records``, and forget the oldest ones above the limits from time to time."""
        ...

    def sent_since(self, moment: float) -> list[tuple[str, float]]:
        """Who sent a request when, since ``moment`` (seconds since the epoch), oldest first."""
        ...

    def search(self, wanted: CallFilter, *, limit: int) -> list[int]:
        """The ids of the calls that ``wanted`` lets through, newest first."""
        ...

    def heads(self, ids: Sequence[int]) -> list[CallRecord]:
        """These calls, as far as they are still there, in any order, without params, result and events."""
        ...

    def whole(self, ids: Sequence[int]) -> list[CallRecord]:
        """These calls, as far as they are still there, newest first, with all that is kept of them."""
        ...

    def call(self, id_: int) -> CallRecord | None:
        """One call with all that is kept of it."""
        ...

    def calls(self, wanted: CallFilter, *, limit: int) -> Iterator[CallRecord]:
        """The calls that ``wanted`` lets through, newest first, with all that is kept of them."""
        ...

    def stats(self, by: GroupBy, start: float, end: float, *, wanted: CallFilter, buckets: int) -> list[GroupStats]:
        """Numbers of the calls from ``start`` to ``end`` (seconds since the epoch), one for each group."""
        ...

    def uses(self) -> list[Use]:
        """What each key has called since the log began; also where the calls are forgotten."""
        ...

    def close(self) -> None:
        """Close the log; the next use opens it again."""
        ...
