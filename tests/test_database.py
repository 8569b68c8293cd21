"""Files of SQLite: what happens to them, and to whoever uses them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcptui import database as module
from mcptui.database import Database, Step, insert, transaction
from mcptui.errors import McptuiError


class WordsError(McptuiError):
    """What these tests expect."""


TABLE = "CREATE TABLE words (word TEXT NOT NULL)"


def database(path: Path | None, *migrations: tuple[Step, ...]) -> Database:
    return Database(path, "list of words", migrations or ((TABLE,),), WordsError)


def add(to: Database, *words: str) -> None:
    to.use(lambda connection: connection.executemany("INSERT INTO words VALUES (?)", [(word,) for word in words]))


def words(of: Database) -> list[str]:
    return of.use(lambda connection: [word for (word,) in connection.execute("SELECT word FROM words ORDER BY rowid")])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "words.db"


@pytest.fixture
def file(path: Path) -> Iterator[Database]:
    file = database(path)
    yield file
    file.close()


def test_a_file_is_private_and_lasts(file: Database, path: Path) -> None:
    add(file, "a")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    file.close()
    assert words(file) == ["a"]


def test_what_is_in_memory_is_gone_when_it_is_closed() -> None:
    memory = database(None)
    add(memory, "a")
    assert words(memory) == ["a"]
    memory.close()
    assert words(memory) == []
    memory.close()


@pytest.mark.parametrize("content", [b"this is not a database", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_moved_aside(
    file: Database, path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    add(file, "a")
    assert words(file) == ["a"]
    (aside,) = path.parent.glob("words.db.damaged-*")
    assert aside.read_bytes() == content
    assert "the list of words was damaged" in caplog.text


def test_a_file_that_is_damaged_later(file: Database, path: Path) -> None:
    add(file, *("x" * 2000 for _ in range(200)))
    file.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    add(file, "a")
    assert words(file) == ["a"]


def test_a_newer_format_is_left_alone(file: Database, path: Path) -> None:
    add(file, "a")
    file.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(WordsError, match="format 99") as caught:
        words(file)
    assert str(path) in (caught.value.hint or "")
    assert not list(path.parent.glob("*damaged*"))


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(WordsError, match=r"the list of words .* cannot be used"):
        words(database(tmp_path))


def test_a_mistake_is_no_damage(file: Database, path: Path) -> None:
    add(file, "a")
    with pytest.raises(WordsError, match="no such table"):
        file.use(lambda connection: connection.execute("SELECT * FROM sentences"))
    assert words(file) == ["a"]


def test_a_transaction_is_all_or_nothing(file: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        with transaction(connection):
            connection.execute("INSERT INTO words VALUES ('b')")
            connection.execute("INSERT INTO words VALUES (NULL)")

    add(file, "a")
    with pytest.raises(WordsError):
        file.use(half)
    assert words(file) == ["a"]


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 250])
def test_many_rows_are_inserted_in_their_order(number: int) -> None:
    database = Database(None, "log", [["CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)"]], McptuiError)
    rows = [(id_, f"a {id_}", None) for id_ in range(number)]
    database.use(lambda connection: insert(connection, "INSERT INTO t (id, a, b) VALUES ", rows))
    assert database.use(lambda connection: connection.execute("SELECT * FROM t ORDER BY id").fetchall()) == rows


def test_no_more_values_go_in_one_step_than_sqlite_takes() -> None:
    connection = sqlite3.connect(":memory:")
    connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 5)
    connection.execute("CREATE TABLE t (a, b)")
    insert(connection, "INSERT INTO t (a, b) VALUES ", [(1, 2)] * 7)
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (7,)
    connection.close()


def test_migrations_run_once_in_order(path: Path) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO words SELECT word || '!' FROM words")

    first = database(path)
    add(first, "a")
    first.close()
    for _ in range(2):
        later = database(path, (TABLE,), (fill,), ("DELETE FROM words WHERE word = 'a'",))
        assert words(later) == ["a!"]
        later.close()


def test_a_migration_that_fails_is_tried_again_and_those_before_it_are_not(path: Path) -> None:
    def ask(_: sqlite3.Connection) -> None:
        if not (path.parent / "ready").exists():
            raise OSError("not yet")

    file = database(path, (TABLE, "INSERT INTO words VALUES ('a')"), ("INSERT INTO words VALUES ('b')", ask))
    with pytest.raises(WordsError, match="not yet"):
        words(file)
    (path.parent / "ready").touch()
    assert words(file) == ["a", "b"]
    file.close()


def test_two_processes_may_begin_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations = ((TABLE, "INSERT INTO words VALUES ('a')"), ("INSERT INTO words VALUES ('b')",))
    first, others = database(path, *migrations), [database(path, *migrations)]

    @contextmanager
    def late(connection: sqlite3.Connection) -> Iterator[None]:
        """Another one is faster, between the look at the version and the lock."""
        while others:
            other = others.pop()
            assert words(other) == ["a", "b"]
            other.close()
        with transaction(connection):
            yield

    monkeypatch.setattr(module, "transaction", late)
    assert words(first) == ["a", "b"]
    first.close()
