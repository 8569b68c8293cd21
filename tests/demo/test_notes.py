from __future__ import annotations

from mcptui.demo.notes import NOTES, search


def test_best_match_comes_first() -> None:
    assert search("KEYS team", 5)[0].id == "keys"
    assert len(search("the", 2)) == 2


def test_nothing_found() -> None:
    assert search("xylophone", 5) == []
    assert search("  ", 5) == []
    assert set(NOTES) == {"gateway", "keys", "standup", "pancakes", "lisbon"}
