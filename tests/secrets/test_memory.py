from __future__ import annotations

from mcptui.secrets.memory import MemoryStore


def test_values_are_kept_and_forgotten() -> None:
    store = MemoryStore()
    store.set("a/b", "1")
    assert store.get("a/b") == "1"
    assert store.names() == ["a/b"]
    store.delete("a/b")
    store.delete("a/b")
    assert store.get("a/b") is None
    assert store.status().state == "ok"
