"""Arguments of this run of the app: drafts, and what was run before."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from mcptui.model.runtime import Json
from mcptui.schema import UNSET, MaybeJson, same

_KEPT: Final = 20


class ArgumentMemory:
    """In memory only: arguments may hold anything."""

    def __init__(self) -> None:
        self._drafts: dict[str, Json] = {}
        self._runs: defaultdict[str, list[Json]] = defaultdict(list)
        self._place: dict[str, int] = {}

    def draft(self, item: str) -> MaybeJson:
        """What was typed for ``item`` when it was left."""
        return self._drafts.get(item, UNSET)

    def keep(self, item: str, arguments: Json) -> None:
        """Remember what is typed."""
        self._drafts[item] = arguments

    def ran(self, item: str, arguments: Json) -> None:
        """Remember what was run; the newest comes back first."""
        runs = self._runs[item]
        runs[:] = [arguments, *(earlier for earlier in runs if not same(earlier, arguments))][:_KEPT]
        self._place.pop(item, None)

    def has_run(self, item: str) -> bool:
        """Whether there is something to recall."""
        return bool(self._runs.get(item))

    def recall(self, item: str) -> MaybeJson:
        """Older arguments at each call, and around."""
        runs = self._runs[item]
        if not runs:
            return UNSET
        place = self._place[item] = (self._place.get(item, -1) + 1) % len(runs)
        return runs[place]
