from __future__ import annotations

import stat
from pathlib import Path

from mcptui.stores.bundle import Stores
from mcptui.stores.tasks import StartedTask


async def test_what_is_in_a_directory_is_private_and_there_after_a_restart(tmp_path: Path) -> None:
    before = Stores.in_directory(tmp_path)
    keys = before.seal_keys.load()
    task = StartedTask("key:a", "1", "server", None)
    await before.tasks.put(task)
    before.history.record([])
    assert before.history.sent_since(0.0) == []
    await before.close()
    after = Stores.in_directory(tmp_path)
    assert after.seal_keys.load() == keys
    assert await after.tasks.find("key:a", "1") == task
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    await after.close()


async def test_what_is_in_memory_is_each_gateways_own() -> None:
    one, other = Stores.in_memory(), Stores.in_memory()
    assert one.seal_keys.load() != other.seal_keys.load()
    await one.tasks.put(StartedTask("key:a", "1", "server", None))
    assert await other.tasks.find("key:a", "1") is None
    assert one.history.sent_since(0.0) == []
    await one.close()
    await other.close()
