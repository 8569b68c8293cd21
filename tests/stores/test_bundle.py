from __future__ import annotations

import re
import stat
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

from mcptui.stores.announcements import StateChanged
from mcptui.stores.audit import AuditEntry
from mcptui.stores.bundle import RENEW_EVERY, Stores
from mcptui.stores.leases import LIFETIME
from mcptui.stores.owners import MemoryOwners
from mcptui.stores.tasks import StartedTask
from tests.support.clock import Moment

PAGE: Final = Path(__file__).parents[2] / "docs" / "architecture.md"


async def test_what_is_in_a_directory_is_private_and_there_after_a_restart(tmp_path: Path) -> None:
    before = Stores.in_directory(tmp_path)
    keys = before.seal_keys.load()
    task = StartedTask("key:a", "1", "server", None)
    await before.tasks.put(task)
    await before.history.record([])
    assert await before.history.sent_since(0.0) == []
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
    assert await one.history.sent_since(0.0) == []
    await one.audit.append([AuditEntry(at=0.0, actor="owner", action="gateway.start")])
    assert await other.audit.read(limit=1) == []
    async with one.announcements.listening() as announcements:
        await other.announcements.publish(StateChanged("other"))
        await one.announcements.publish(StateChanged("one"))
        assert await anext(announcements) == StateChanged("one")
    await one.close()
    await other.close()


async def test_what_a_living_process_holds_does_not_run_out() -> None:
    clock = Moment()
    stores = replace(Stores.in_memory(), owners=MemoryOwners(clock))
    assert await stores.owners.claim("session 1", "one")
    for _ in range(5):
        clock.now += 2 * RENEW_EVERY
        await stores.renew("one")
    assert await stores.owners.owner("session 1") == "one"
    clock.now += LIFETIME
    assert await stores.owners.owner("session 1") is None
    await stores.close()


async def test_every_store_that_can_be_closed_is_closed() -> None:
    closed: list[str] = []

    class Closable:
        def __init__(self, name: str) -> None:
            self._name = name

        async def close(self) -> None:
            closed.append(self._name)

    names = [each.name for each in fields(Stores)]
    values: dict[str, Any] = {name: Closable(name) for name in names}
    await Stores(**values).close()
    assert sorted(closed) == sorted(names)
    # And those that have nothing to close are left alone.
    await Stores(**dict.fromkeys(names, object())).close()  # type: ignore[arg-type]


def test_the_page_of_the_architecture_names_every_store() -> None:
    named = re.findall(r"^\| [^|]+ \| `([a-z_]+)` \| [^|]*\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(field.name for field in fields(Stores))
