from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcptui.conversations.store import Conversations, ConversationsError
from mcptui.model.chat import ChatTurn


def turn(question: str, at: float = 1.0, **members: Any) -> ChatTurn:
    return ChatTurn(question=question, model="m", at=at, **members)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "conversations.db"


def opened(path: Path, **more: int) -> Conversations:
    return Conversations(path, path.with_name("history.db"), **more)


@pytest.fixture
def kept(path: Path) -> Iterator[Conversations]:
    kept = opened(path)
    yield kept
    kept.close()


def test_turns_come_back_as_they_were(kept: Conversations, path: Path) -> None:
    tool = {"type": "tool", "id": "1", "name": "t", "arguments": {"n": 2**70}, "status": "ok", "output": {"x": None}}
    first = turn(
        "Hi\nyou \ud800",
        key="k",
        seconds=1.5,
        parts=[{"type": "text", "text": "a"}, tool, {"type": "text", "text": "b"}],
        messages=[{"role": "assistant", "content": "ab"}],
        attached=[{"uri": "note:a", "text": "b"}],
        usage={"prompt_tokens": 3},
        rounds=2,
        outcome="failed",
        note="it broke",
    )
    assert first.text == "a\n\nb"
    session = kept.add(first)
    second = turn("And?", 2.0)
    assert kept.add(second, session) == session
    again = opened(path)
    assert again.turns(session) == [first, replace(second, parts=[], messages=[], attached=[])]
    (found,) = again.sessions()
    assert (found.title, found.model, found.key, found.created, found.updated, found.turns) == (
        "Hi",
        "m",
        None,
        1,
        2,
        2,
    )
    assert again.session(session) == found
    again.close()


def test_search(kept: Conversations) -> None:
    one = kept.add(turn("ÄPFEL und Birnen", 1))
    kept.add(turn("100%", parts=[{"type": "text", "text": "snake_case"}]), one)
    two = kept.add(turn("   ", 2, parts=[{"type": "text", "text": "100 snakes"}]))
    expected = {
        "": [two, one],
        "äpfel": [one],
        "birnen SNAKE_": [one],
        "100%": [one],
        "100": [two, one],
        "nothing": [],
        "\\": [],
        "\ud800": [],
    }
    assert {words: [session.id for session in kept.sessions(words)] for words in expected} == expected
    assert [session.id for session in kept.sessions("snake_ 100%")] == [one]
    assert [session.id for session in kept.sessions(limit=1)] == [two]


def test_titles_are_one_line(kept: Conversations) -> None:
    session = kept.add(turn(f"\n  {'x' * 200}\nmore"))
    (found,) = kept.sessions()
    assert found.title == "x" * 79 + "…"
    assert kept.session(session + 1) is None


def test_deleted_ones_are_gone(kept: Conversations) -> None:
    session = kept.add(turn("a"))
    assert kept.remove(session)
    assert not kept.remove(session)
    assert kept.turns(session) == []
    # Another window may still show it: what is said there begins anew.
    again = kept.add(turn("b"), session)
    assert again != session
    assert [found.title for found in kept.sessions()] == ["b"]


def test_the_least_recently_used_are_forgotten(path: Path) -> None:
    kept = opened(path, keep=2)
    first = kept.add(turn("a", 1))
    kept.add(turn("b", 2))
    kept.add(turn("again", 3), first)
    kept.add(turn("c", 4))
    assert [session.title for session in kept.sessions()] == ["c", "a"]
    kept.close()


def test_a_damaged_file_is_moved_aside(kept: Conversations, path: Path) -> None:
    kept.add(turn("a"))
    kept.close()
    path.write_bytes(b"nonsense" * 1000)
    assert kept.sessions() == []
    assert len(list(path.parent.glob("conversations.db.damaged-*"))) == 1


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ConversationsError, match="cannot be used"):
        opened(tmp_path).sessions()


def test_a_turn_takes_the_place_of_the_last_one(kept: Conversations) -> None:
    session = kept.add(turn("one"))
    kept.add(turn("two"), session)
    kept.add(turn("other"), session, replaces_last=True)
    assert [each.question for each in kept.turns(session)] == ["one", "other"]
    assert [each.id for each in kept.sessions("two")] == []


def test_a_conversation_is_renamed(kept: Conversations) -> None:
    session = kept.add(turn("one"))
    assert kept.rename(session, "Another\ntitle")
    kept.add(turn("two"), session)
    assert [each.title for each in kept.sessions()] == ["Another"]
    assert not kept.rename(session + 1, "none")
