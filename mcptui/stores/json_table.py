"""Rows in memory, and in a JSON file where there is one: the form of every small table that outlives a request."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_type_hints

from mcptui.stores.json_file import StateFile

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound="DataclassInstance")


class JsonTable(Generic[K, R]):
    """Rows by key; the oldest ones above a number are forgotten.

    Args:
        path: where they are kept; None for memory only.
        row: a flat frozen dataclass; a row of another form in the file is passed over.
        key: the key of a row.
        most: rows that are kept.
    """

    def __init__(self, path: Path | None, row: type[R], key: Callable[[R], K], most: int) -> None:
        self._rows: OrderedDict[K, R] = OrderedDict()
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
        if self._rows.pop(key, None) is not None:
            self._file.changed()

    def remove_oldest_while(self, condition: Callable[[R], bool]) -> None:
        """Forget rows from the oldest on, up to one that does not meet ``condition``."""
        while self._rows and condition(next(iter(self._rows.values()))):
            self._rows.popitem(last=False)

    def _insert(self, row: R) -> None:
        key = self._key(row)
        self._rows.pop(key, None)
        self._rows[key] = row
        while len(self._rows) > self._most:
            self._rows.popitem(last=False)

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._file.close()


def _rows(content: Any, row: type[R]) -> Iterator[R]:
    """The rows in ``content`` that have the members of ``row``."""
    types = list(get_type_hints(row).values())
    for entry in content if isinstance(content, list) else ():
        if isinstance(entry, list) and len(entry) == len(types) and all(map(isinstance, entry, types)):
            yield row(*entry)
