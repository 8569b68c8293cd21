"""Files of earlier versions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mcptui.model.runtime import CallRecord
from mcptui.stores.history.tables import MIGRATIONS
from tests.support.histories import history_of


async def test_a_file_of_the_first_format_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in MIGRATIONS[0]:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO calls VALUES (1, 2.0, 'k', 'tools/call', 's', 'n', 'ok', 1, NULL, 1, 2, NULL, 'f', '[1]', NULL)"
    )
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    history = history_of(path)
    assert await history.whole() == [
        CallRecord(
            id=1,
            at=2.0,
            key="k",
            method="tools/call",
            server="s",
            name="n",
            ms=1.0,
            bytes_in=1,
            bytes_out=2,
            front="f",
            params=[1],
        )
    ]
    await history.record([CallRecord(id=2, at=2.0, key="k", method="ping")])
    assert [record.id for record in await history.whole()] == [2, 1]
    await history.close()
