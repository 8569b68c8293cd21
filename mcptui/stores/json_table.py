"""Rows in memory, and in a JSON file where there is one: the form of every small table that outlives a request."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar, get_type_hints

from mcptui.stores.json_file import StateFile


class _Row(Protocol):
    """A dataclass that says whose it is."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def principal(self) -> str: ...


K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=_Row)


class JsonTable(Generic[K, R]):
    """Rows by key. Above a number the oldest one is forgotten of the principal with most, so that nobody's rows go for
    those of another.

    Args:
        path: where they are kept; None for memory only.
        row: a flat frozen dataclass with a ``principal``; a row of another form in the file is passed over.
        key: the key of a row.
        most: rows that are kept.
    """

    def __init__(self, path: Path | None, row: type[R], key: Callable[[R], K], most: int) -> None:
        self._rows: OrderedDict[K, R] = OrderedDict()
        #: The keys of each principal's, the oldest first.
        self._of: defaultdict[str, OrderedDict[K, None]] = defaultdict(OrderedDict)
        self._key = key
        self._most = most
        self._file = StateFile(path, lambda: [dataclasses.astuple(each) for each in self._rows.values()])
        for found in _rows(self._file.load(), row):
            self._insert(found)

    def get(self, key: K) -> R | None:
        """The row of ``key``."""
        return self._rows.get(key)

    def put(self, row: R) -> None:
        """Add a row, as the newest, in the place of one with the same key."""
        self._insert(row)
        self._file.changed()

    def remove(self, key: K) -> None:
        """Forget a row; nothing happens where there is none."""
        if self._take_out(key):
            self._file.changed()

    def remove_oldest_while(self, condition: Callable[[R], bool]) -> None:
        """Forget rows from the oldest on, up to one that does not meet ``condition``."""
        while self._rows and condition(next(iter(self._rows.values()))):
            self._take_out(next(iter(self._rows)))

    def _insert(self, row: R) -> None:
        key = self._key(row)
        self._take_out(key)
        self._rows[key] = row
        self._of[row.principal][key] = None
        while len(self._rows) > self._most:
            self._take_out(self._oldest_of_most())

    def _oldest_of_most(self) -> K:
        most = max(self._of.values(), key=lambda keys: len(keys))
        return next(iter(most))

    def _take_out(self, key: K) -> bool:
        row = self._rows.pop(key, None)
        if row is None:
            return False
        mine = self._of[row.principal]
        del mine[key]
        if not mine:
            del self._of[row.principal]
        return True

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._file.close()


def _rows(content: Any, row: type[R]) -> Iterator[R]:
    """The rows in ``content`` that have the members of ``row``."""
    types = list(get_type_hints(row).values())
    for entry in content if isinstance(content, list) else ():
        if isinstance(entry, list) and len(entry) == len(types) and all(map(isinstance, entry, types)):
            yield row(*entry)
