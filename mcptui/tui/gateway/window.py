"""The calls behind the list: the ids of all that match, the records of those that were looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

from mcptui.model.runtime import CallRecord
from mcptui.stores.history.filter import CallFilter

#: Records that stay in memory; the list shows a few dozen at a time.
_REMEMBERED: Final = 2_000
#: Those that just came, with all that is kept of them; the history has them a second later.
_LIVE: Final = 500


class CallWindow:
    """Places count from the newest call, which is at 0."""

    def __init__(self) -> None:
        self.filter = CallFilter()
        self._ids: list[int] = []  # oldest first, so that new ones are cheap
        self._records: OrderedDict[int, CallRecord] = OrderedDict()
        self._live: OrderedDict[int, CallRecord] = OrderedDict()
        self._newest = 0

    def __len__(self) -> int:
        return len(self._ids)

    def found(self, wanted: CallFilter, ids: Sequence[int]) -> None:
        """The history's answer to ``wanted``, newest first; calls that came meanwhile are added."""
        self.filter = wanted
        known = ids[0] if ids else 0
        later = [id_ for id_, record in self._live.items() if id_ > known and wanted.matches(record)]
        self._ids = [*reversed(ids), *later]

    def add(self, records: Iterable[CallRecord]) -> int:
        """Calls that just happened, oldest first; how many of them match."""
        before = len(self._ids)
        for record in records:
            _keep(self._live, record, _LIVE)
            newest = self._ids[-1] if self._ids else 0
            if record.id > newest and self.filter.matches(record):
                self._ids.append(record.id)
        return len(self._ids) - before

    def missed(self, record: CallRecord) -> bool:
        """Whether calls are missing between the one before and ``record``: one gateway counts without gaps."""
        before, self._newest = self._newest, record.id
        # Another gateway begins with the time of its start.
        return 1 < record.id - before < 100_000 and before > 0

    def id_at(self, place: int) -> int | None:
        """The id of the call at ``place``."""
        return self._ids[-1 - place] if 0 <= place < len(self._ids) else None

    def place_of(self, id_: int) -> int:
        """Where the call ``id_`` is, or the one that took its place."""
        return max(len(self._ids) - 1 - bisect_left(self._ids, id_), 0)

    def at(self, place: int) -> CallRecord | None:
        """The call at ``place``, if its record is here."""
        id_ = self.id_at(place)
        return None if id_ is None else self._live.get(id_) or self._records.get(id_)

    def live(self, id_: int) -> CallRecord | None:
        """A call that came in lately, with all that is kept of it."""
        return self._live.get(id_)

    def unknown(self, places: Iterable[int]) -> list[int]:
        """The ids of the calls at ``places`` whose records are to be fetched."""
        ids = (self.id_at(place) for place in places)
        return [id_ for id_ in ids if id_ is not None and id_ not in self._records and id_ not in self._live]

    def remember(self, asked: Sequence[int], records: Iterable[CallRecord]) -> bool:
        """The records that ``asked`` brought; whether some are no longer there, and so no longer listed."""
        gone = set(asked)
        for record in records:
            _keep(self._records, record, _REMEMBERED)
            gone.discard(record.id)
        if gone:
            self._ids = [id_ for id_ in self._ids if id_ not in gone]
        return bool(gone)


def _keep(records: OrderedDict[int, CallRecord], record: CallRecord, limit: int) -> None:
    records[record.id] = record
    records.move_to_end(record.id)
    if len(records) > limit:
        records.popitem(last=False)
