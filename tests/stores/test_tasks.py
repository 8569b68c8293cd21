"""What every store of tasks does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mcptui.stores.tasks import LocalTasks, StartedTask, TaskStore

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path, int], TaskStore]]] = {
    "memory": lambda _, most: LocalTasks(most=most),
    "file": lambda directory, most: LocalTasks(directory / "tasks.json", most=most),
}
LASTING: Final = ("file",)


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TaskStore:
    return IMPLEMENTATIONS[request.param](tmp_path, 3)


def task(id_: str, principal: str = "key:a", tool: str | None = "t") -> StartedTask:
    return StartedTask(principal, id_, "server", tool)


async def test_a_task_is_found_by_its_principal_only(store: TaskStore) -> None:
    await store.put(task("1"))
    await store.put(task("1", "key:b", None))
    assert await store.find("key:a", "1") == task("1")
    assert await store.find("key:b", "1") == task("1", "key:b", None)
    assert await store.find("key:c", "1") is None
    assert await store.find("key:a", "2") is None
    await store.close()


async def test_the_oldest_are_forgotten_above_a_number(store: TaskStore) -> None:
    for id_ in ("1", "2", "3", "1", "4"):
        await store.put(task(id_))
    assert [await store.find("key:a", id_) is not None for id_ in "1234"] == [True, False, True, True]
    await store.close()


@pytest.mark.parametrize("implementation", LASTING)
async def test_a_restart_loses_nothing(implementation: str, tmp_path: Path) -> None:
    opened = IMPLEMENTATIONS[implementation]
    before = opened(tmp_path, 3)
    for id_, tool in (("1", "t"), ("2", None)):
        await before.put(task(id_, tool=tool))
    await before.close()
    after = opened(tmp_path, 3)
    assert await after.find("key:a", "1") == task("1")
    assert await after.find("key:a", "2") == task("2", tool=None)
