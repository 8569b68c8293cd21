"""Conversations that were kept with the calls."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcptui.conversations.store import Conversations, ConversationsError
from mcptui.model.chat import ChatTurn

EARLIER = """
    CREATE TABLE calls (id INTEGER PRIMARY KEY);
    CREATE TABLE conversations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, model TEXT NOT NULL, key TEXT,
        created REAL NOT NULL, updated REAL NOT NULL
    );
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, at REAL NOT NULL, words TEXT NOT NULL,
        value TEXT NOT NULL
    );
    INSERT INTO conversations VALUES (3, 'three', 'm', 'k', 1, 2), (7, 'seven', 'm', NULL, 1, 3);
"""


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.db"
    connection = sqlite3.connect(path)
    connection.executescript(EARLIER)
    value = json.dumps({"question": "What?", "model": "m", "at": 2.0})
    connection.executemany(
        "INSERT INTO turns (conversation, at, words, value) VALUES (?, 2, 'what?', ?)",
        [(3, value), (7, value), (3, value.replace("What?", "And?"))],
    )
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def kept(tmp_path: Path, history: Path) -> Iterator[Conversations]:
    kept = Conversations(tmp_path / "conversations.db", history)
    yield kept
    kept.close()


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")}
    connection.close()
    return found


def test_they_move_with_their_ids(kept: Conversations, history: Path) -> None:
    assert [(session.id, session.title, session.turns) for session in kept.sessions()] == [
        (7, "seven", 1),
        (3, "three", 2),
    ]
    turn = ChatTurn(question="What?", model="m", at=2.0)
    assert kept.turns(3) == [turn, replace(turn, question="And?")]
    assert [session.id for session in kept.sessions("what")] == [7, 3]
    assert kept.add(turn) == 8, "no id comes twice"
    assert tables(history) == {"calls"}
    assert b"seven" not in history.read_bytes(), "what is deleted later is gone for good"


def test_they_move_once(kept: Conversations, tmp_path: Path, history: Path) -> None:
    assert kept.remove(3)
    kept.close()
    assert [session.id for session in kept.sessions()] == [7]


@pytest.mark.parametrize("content", [None, b"no database", b""])
def test_a_history_without_them(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "history.db"
    if content is not None:
        path.write_bytes(content)
    kept = Conversations(tmp_path / "conversations.db", path)
    assert kept.sessions() == []
    assert path.exists() == (content is not None)
    kept.close()


def test_while_the_history_is_locked_they_stay_and_are_moved_later(
    kept: Conversations, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = sqlite3.connect(history, isolation_level=None)
    gateway.execute("BEGIN EXCLUSIVE")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **more: connect(path, **more | {"timeout": 0}))
    with pytest.raises(ConversationsError, match="locked"):
        kept.sessions()
    gateway.execute("ROLLBACK")
    gateway.close()
    assert len(kept.sessions()) == 2
    assert tables(history) == {"calls"}
