"""The calls behind the list: how many match, and the records of those that were looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

from mcptui.call_filter.terms import CallFilter
from mcptui.model.calls import MOST_CALLS, FoundCalls
from mcptui.model.runtime import CallRecord

#: Records that stay in memory; the list shows a few dozen at a time.
_REMEMBERED: Final = 2_000
#: Those that just came, with all that is kept of them; the history has them a second later.
_LIVE: Final = 500
#: So many may come after a search before it is made anew.
_LATER: Final = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """A part of what was found, to be fetched."""

    found: FoundCalls
    skip: int
    limit: int


class CallWindow:
    """Places count from the newest call, which is at 0: first those that came since the search, then what it found."""

    def __init__(self) -> None:
        self.filter = CallFilter()
        self._found = FoundCalls(0, 0)
        #: How many of what was found are still there: the oldest are forgotten.
        self._stored = 0
        #: The records of some of them, by how many are before them.
        self._records: OrderedDict[int, CallRecord] = OrderedDict()
        #: Oldest first, so that new ones are cheap; without params, result and events.
        self._later: list[CallRecord] = []
        self._live: OrderedDict[int, CallRecord] = OrderedDict()
        self._newest = 0

    def __len__(self) -> int:
        return len(self._later) + self._stored

    def use(self, wanted: CallFilter, found: FoundCalls) -> None:
        """The history's answer to ``wanted``; calls that came meanwhile are added."""
        self.filter = wanted
        self._found = found
        self._stored = found.total
        self._records.clear()
        self._later = []
        self._append(self._live.values())

    def add(self, records: Iterable[CallRecord]) -> int:
        """Calls that just happened, oldest first; how many of them match."""
        new = list(records)
        for record in new:
            _keep(self._live, record.id, record, _LIVE)
        return self._append(new)

    def _append(self, records: Iterable[CallRecord]) -> int:
        before = len(self._later)
        for record in records:
            newest = self._later[-1].id if self._later else self._found.newest
            if record.id > newest and self.filter.matches(record):
                self._later.append(replace(record, params=None, result=None, events=()))
        return len(self._later) - before

    @property
    def is_outgrown(self) -> bool:
        """Whether so many came since the search that it should be made anew."""
        return len(self._later) > _LATER

    def missed(self, record: CallRecord) -> bool:
        """Whether calls are missing between the one before and ``record``: one gateway counts without gaps."""
        before, self._newest = self._newest, record.id
        # Another gateway begins with the time of its start.
        return 1 < record.id - before < 100_000 and before > 0

    def place_of(self, id_: int) -> int:
        """Where the call ``id_`` is, or the one that took its place, once the search was told of it as ``near``."""
        newer = len(self._later) - bisect_right(self._later, id_, key=attrgetter("id"))
        return max(min(newer + self._found.place, len(self) - 1), 0)

    def at(self, place: int) -> CallRecord | None:
        """The call at ``place``, if its record is here."""
        if not 0 <= place < len(self._later):
            return self._records.get(place - len(self._later))
        record = self._later[-1 - place]
        return self._live.get(record.id, record)

    def live(self, id_: int) -> CallRecord | None:
        """A call that came in lately, with all that is kept of it."""
        return self._live.get(id_)

    def unknown(self, places: Iterable[int]) -> Page | None:
        """What has to be fetched to know the calls at ``places``."""
        skips = (place - len(self._later) for place in places)
        missing = [skip for skip in skips if 0 <= skip < self._stored and skip not in self._records]
        if not missing:
            return None
        return Page(self._found, min(missing), min(max(missing) - min(missing) + 1, MOST_CALLS))

    def remember(self, page: Page, records: Sequence[CallRecord]) -> bool:
        """The records of ``page``; whether some are no longer there, and so no longer listed."""
        if page.found is not self._found:
            return False  # of an earlier search
        for skip, record in enumerate(records, page.skip):
            _keep(self._records, skip, record, _REMEMBERED)
        if len(records) >= page.limit:
            return False
        self._stored = page.skip + len(records)
        return True


def _keep(records: OrderedDict[int, CallRecord], key: int, record: CallRecord, limit: int) -> None:
    records[key] = record
    records.move_to_end(key)
    if len(records) > limit:
        records.popitem(last=False)
