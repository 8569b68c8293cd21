from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mcptui.model.runtime import CallRecord
from mcptui.stores.history.database import _MIGRATIONS
from mcptui.stores.history.errors import HistoryError
from mcptui.stores.history.log import History


def call(number: int, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": float(number), "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    history = History(path)
    yield history
    history.close()


def test_records_come_back_as_they_were(history: History, path: Path) -> None:
    full = call(
        1,
        server="s",
        name="t",
        outcome="error",
        ms=1.5,
        upstream_ms=1.0,
        bytes_in=1,
        bytes_out=2,
        error="no",
        front="2025-11-25",
        tool="own",
        scope="s",
        client="Cursor",
        before_ms=0.25,
        connect_ms=0.5,
        events=[{"ms": 1.0, "kind": "notification", "method": "m", "value": {}}],
        params={"arguments": {"a": [1, None, "é"]}},
        result=[],
    )
    history.record([full, call(2)])
    history.record([])
    assert list(history.calls()) == [call(2), full]
    assert path.stat().st_mode & 0o777 == 0o600
    again = History(path)
    assert list(again.calls(limit=1)) == [call(2)]
    again.close()


def test_heads_come_without_bodies(history: History) -> None:
    history.record([call(1, params={"a": 1}, server="s"), call(2)])
    assert history.heads([1, 2, 3]) == [call(1, server="s"), call(2)]
    assert history.heads([]) == []
    assert history.call(1) == call(1, params={"a": 1}, server="s")
    assert history.call(3) is None


def test_bodies_are_forgotten_before_the_calls(path: Path) -> None:
    history = History(path, keep=3, keep_bodies=1)
    for number in range(1, 6):
        history.record([call(number, params=[number])])
    assert [(record.id, record.params) for record in history.calls()] == [(5, [5]), (4, None), (3, None)]
    history.close()


def test_a_file_of_the_first_format_is_brought_up(history: History, path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in _MIGRATIONS[0]:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO calls VALUES (1, 2.0, 'k', 'tools/call', 's', 'n', 'ok', 1, NULL, 1, 2, NULL, 'f', '[1]', NULL)"
    )
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    assert list(history.calls()) == [
        call(1, at=2.0, server="s", name="n", ms=1.0, bytes_in=1, bytes_out=2, front="f", params=[1])
    ]
    history.record([call(2)])
    assert history.search() == [2, 1]


def test_counts(history: History) -> None:
    history.record([call(1), call(2, outcome="denied"), call(3, server="s"), call(4, key="o", server="s")])
    assert history.counts(2) == {"denied": 1, "ok": 2}
    assert history.counts(0, by="server") == {"s": 2}
    assert history.counts(0, by="key") == {"k": 3, "o": 1}


def test_only_the_newest_are_kept_but_not_when_keys_were_used(path: Path) -> None:
    history = History(path, keep=3)
    history.record([call(0, key="old")])
    history.record([call(number) for number in range(1, 6)])
    history.record([call(6, at=1.0)])
    assert [record.id for record in list(history.calls())] == [6, 5, 4]
    assert history.last_used() == {"old": 0.0, "k": 5.0}
    history.close()


@pytest.mark.parametrize("content", [b"this is not a database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_damaged_file_is_moved_aside(path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    history = History(path)
    history.record([call(1)])
    assert list(history.calls()) == [call(1)]
    history.close()
    (aside,) = path.parent.glob("history.db.damaged-*")
    assert aside.read_bytes() == content
    assert "damaged" in caplog.text


def test_file_damaged_while_open(history: History, path: Path) -> None:
    history.record([call(number, params={"text": "x" * 2000}) for number in range(200)])
    history.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    history.record([call(1)])
    assert list(history.calls()) == [call(1)]


def test_newer_format_is_left_alone(history: History, path: Path) -> None:
    history.record([call(1)])
    history.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(HistoryError, match="format 99"):
        list(history.calls())
    assert not list(path.parent.glob("*damaged*"))


def test_file_that_cannot_be_opened(tmp_path: Path) -> None:
    history = History(tmp_path)
    with pytest.raises(HistoryError, match="cannot be used"):
        list(history.calls())


def test_failed_write_leaves_nothing_half_done(history: History) -> None:
    history.record([call(1)])
    broken = call(3)
    object.__setattr__(broken, "key", None)
    with pytest.raises(HistoryError):
        history.record([call(2), broken])
    assert list(history.calls()) == [call(1)]


def test_two_processes_and_many_threads(history: History, path: Path) -> None:
    other = History(path)
    logs = [history, other]
    threads = [
        threading.Thread(target=lambda start=start: logs[start % 2].record([call(start * 10 + n) for n in range(10)]))
        for start in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(history.search()) == len(other.search()) == 80
    other.close()
