"""Drafts and earlier arguments."""

from __future__ import annotations

from mcptui.schema import UNSET
from mcptui.tui.playground.memory import ArgumentMemory


def test_earlier_arguments_come_back_newest_first_and_around() -> None:
    memory = ArgumentMemory()
    assert memory.recall("t") is UNSET
    for number in (1, 2, 1, 3):
        memory.ran("t", {"n": number})
    assert [memory.recall("t") for _ in range(4)] == [{"n": n} for n in (3, 1, 2, 3)]
    memory.ran("t", {"n": 4})
    assert memory.recall("t") == {"n": 4}
    assert memory.recall("other") is UNSET


def test_drafts_belong_to_one_item() -> None:
    memory = ArgumentMemory()
    memory.keep("a", {"x": 1})
    assert memory.draft("a") == {"x": 1}
    assert memory.draft("b") is UNSET
