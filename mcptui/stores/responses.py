"""Responses of ``/v1`` that the gateway keeps by itself, so that a conversation can go on with any provider."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeVar

from mcptui.database import Database, transaction
from mcptui.errors import McptuiError
from mcptui.stores.approvals import LIFETIME

log = logging.getLogger(__name__)

T = TypeVar("T")

_MOST: Final = 5_000
_MOST_BYTES: Final = 256 * 1024 * 1024
#: From version to version of the file.
MIGRATIONS: Final = (
    (
        """CREATE TABLE responses (
            number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, principal TEXT NOT NULL, at REAL NOT NULL,
            size INTEGER NOT NULL, value BLOB NOT NULL
        )""",
        # What is too much is found without a look at the values.
        "CREATE INDEX responses_size ON responses (number, size, at)",
    ),
    (
        "CREATE TABLE response_items (item BLOB PRIMARY KEY, response BLOB NOT NULL) WITHOUT ROWID",
        "CREATE INDEX response_items_response ON response_items (response)",
    ),
    # Providers number items as they like: two principals may have the same.
    (
        "ALTER TABLE response_items RENAME TO response_items_before",
        """CREATE TABLE response_items (
            item BLOB NOT NULL, principal TEXT NOT NULL, response BLOB NOT NULL, PRIMARY KEY (item, principal)
        ) WITHOUT ROWID""",
        """INSERT INTO response_items SELECT item, principal, response
            FROM response_items_before JOIN responses ON responses.id = response""",
        "DROP TABLE response_items_before",
        "CREATE INDEX response_items_response ON response_items (response)",
    ),
    # Who has how much is found without a look at the values.
    ("DROP INDEX responses_size", "CREATE INDEX responses_share ON responses (principal, number, size, at)"),
)
_INSERT: Final = "INSERT OR REPLACE INTO responses (id, principal, at, size, value) VALUES (?, ?, ?, ?, ?)"
_INSERT_ITEM: Final = "INSERT OR REPLACE INTO response_items (item, principal, response) VALUES (?, ?, ?)"
_FIND_WITH_ITEM: Final = """SELECT responses.id, responses.principal, value FROM response_items
    JOIN responses ON responses.id = response_items.response WHERE item = ? AND at >= ?
    ORDER BY responses.principal = ? DESC LIMIT 1"""
#: Items of responses that are forgotten.
_FORGET_ITEMS: Final = "DELETE FROM response_items WHERE response NOT IN (SELECT id FROM responses)"
_FIND: Final = "SELECT principal, value FROM responses WHERE id = ? AND at >= ?"
_REMOVE: Final = "DELETE FROM responses WHERE id = ?"
#: How many there are of each principal, and their size.
_SHARES: Final = "SELECT principal, count(*), sum(size) FROM responses GROUP BY principal"
_FORGET_OLD: Final = "DELETE FROM responses WHERE at < ?"
#: The newest stays, whatever its size.
_OLDEST_OF: Final = """SELECT number, size FROM responses
    WHERE principal = ? AND number < (SELECT max(number) FROM responses) ORDER BY number LIMIT 1"""
_FORGET: Final = "DELETE FROM responses WHERE number = ?"


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response, and the conversation that it ends.

    Args:
        id: its id.
        principal: whose it is.
        value: all that is kept of it, encoded; it holds no key of the gateway.
        items: the ids of the items in its output.
    """

    id: str
    principal: str
    value: bytes
    items: tuple[str, ...] = ()


class ResponseStore(Protocol):
    """Responses, for :data:`~mcptui.stores.approvals.LIFETIME` seconds; bounded in number and size.

    In a file across a restart, so that a conversation and its open approval requests go on: what was said is on the
    disk as long. A store that cannot be used loses what it was given, and says so in the log: the answer itself has to
    reach its client.
    """

    async def put(self, response: StoredResponse) -> None:
        """Keep ``response``, in the place of one with the same id."""
        ...

    async def find(self, id_: str) -> StoredResponse | None:
        """The response ``id_``, whoever's it is."""
        ...

    async def find_with_item(self, item: str, principal: str) -> StoredResponse | None:
        """The response whose output has ``item``: that of ``principal``, else another's."""
        ...

    async def remove(self, id_: str) -> None:
        """Forget a response; nothing happens where there is none."""
        ...

    async def forget_old(self) -> None:
        """Forget those whose time is over; to be called from time to time."""
        ...

    async def close(self) -> None:
        """Write what is not written yet."""
        ...


class ResponseStoreError(McptuiError):
    """The file cannot be used."""


class LocalResponses:
    """The responses of one gateway, in memory or in a file. Above a number and a size the oldest are forgotten of whose
    there are most, or which are largest.

    Args:
        path: where they are kept; None for memory only.
        most: responses that are kept.
        most_bytes: their size together.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        most: int = _MOST,
        most_bytes: int = _MOST_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._database = Database(path, "stored responses", MIGRATIONS, ResponseStoreError)
        self._most = most
        self._most_bytes = most_bytes
        self._clock = clock

    async def put(self, response: StoredResponse) -> None:
        """Keep ``response``."""
        row = _key(response.id), response.principal, self._clock(), len(response.value), response.value

        def write(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                connection.execute(_INSERT, row)
                connection.executemany(
                    _INSERT_ITEM, [(_key(item), response.principal, row[0]) for item in response.items]
                )
                self._forget(connection)

        await self._use(write)

    async def find(self, id_: str) -> StoredResponse | None:
        """The response ``id_``."""

        def read(connection: sqlite3.Connection) -> StoredResponse | None:
            row = connection.execute(_FIND, (_key(id_), self._oldest())).fetchone()
            return None if row is None else StoredResponse(id_, *row)

        return await self._use(read)

    async def find_with_item(self, item: str, principal: str) -> StoredResponse | None:
        """The response whose output has ``item``: that of ``principal``, else another's."""

        def read(connection: sqlite3.Connection) -> StoredResponse | None:
            row = connection.execute(_FIND_WITH_ITEM, (_key(item), self._oldest(), principal)).fetchone()
            return None if row is None else StoredResponse(row[0].decode("utf-8", "surrogatepass"), row[1], row[2])

        return await self._use(read)

    async def remove(self, id_: str) -> None:
        """Forget a response."""
        await self._use(lambda connection: connection.execute(_REMOVE, (_key(id_),)))

    async def forget_old(self) -> None:
        """Forget those whose time is over."""
        if self._path is None or self._path.exists():
            await self._use(self._forget_all)

    async def close(self) -> None:
        """Close the file."""
        await asyncio.to_thread(self._database.close)

    async def _use(self, use: Callable[[sqlite3.Connection], T]) -> T | None:
        try:
            return await asyncio.to_thread(self._database.use, use)
        except ResponseStoreError as error:
            log.warning("%s", error.message)
            return None

    def _forget_all(self, connection: sqlite3.Connection) -> None:
        with transaction(connection):
            self._forget(connection)
            connection.execute(_FORGET_ITEMS)

    def _forget(self, connection: sqlite3.Connection) -> None:
        connection.execute(_FORGET_OLD, (self._oldest(),))
        shares = {name: (count, size) for name, count, size in connection.execute(_SHARES)}
        while shares:
            count, size = (sum(each) for each in zip(*shares.values(), strict=True))
            if count <= self._most and size <= self._most_bytes:
                return
            by = 0 if count > self._most else 1
            name = max(shares, key=lambda each: shares[each][by])
            oldest = connection.execute(_OLDEST_OF, (name,)).fetchone()
            if oldest is None:
                del shares[name]
                continue
            connection.execute(_FORGET, (oldest[0],))
            shares[name] = shares[name][0] - 1, shares[name][1] - oldest[1]

    def _oldest(self) -> float:
        return self._clock() - LIFETIME


def _key(id_: str) -> bytes:
    """Clients ask for any text, also for one that SQLite takes for none."""
    return id_.encode("utf-8", "surrogatepass")
