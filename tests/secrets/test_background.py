"""A store whose calls do not block the loop."""

from __future__ import annotations

import threading

from mcptui.secrets.background import BackgroundStore
from mcptui.secrets.memory import MemoryStore


class Watched(MemoryStore):
    """Remembers the threads that came."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[int] = set()

    def get(self, path: str) -> str | None:
        self.threads.add(threading.get_ident())
        return super().get(path)


async def test_every_call_reaches_the_store_in_another_thread() -> None:
    kept = Watched()
    store = BackgroundStore(kept)
    await store.set("a/b", "value")
    assert await store.get("a/b") == "value"
    await store.delete("a/b")
    assert await store.get("a/b") is None
    assert threading.get_ident() not in kept.threads
