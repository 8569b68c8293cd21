"""What every store of files at providers does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mcptui.stores.provider_files import LocalProviderFiles, ProviderFile, ProviderFileStore

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path, int], ProviderFileStore]]] = {
    "memory": lambda _, most: LocalProviderFiles(most=most),
    "file": lambda directory, most: LocalProviderFiles(directory / "files.json", most=most),
}
LASTING: Final = ("file",)


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ProviderFileStore:
    return IMPLEMENTATIONS[request.param](tmp_path, 2)


def file(id_: str, model: str = "model") -> ProviderFile:
    return ProviderFile(id_, "key:a", model)


async def test_a_file_is_found_until_it_is_removed(store: ProviderFileStore) -> None:
    await store.put(file("1"))
    assert await store.find("model", "1") == file("1")
    await store.remove("model", "1")
    await store.remove("model", "1")
    assert await store.find("model", "1") is None
    await store.close()


async def test_the_oldest_are_forgotten_above_a_number(store: ProviderFileStore) -> None:
    for id_ in "123":
        await store.put(file(id_))
    assert [await store.find("model", id_) is not None for id_ in "123"] == [False, True, True]
    await store.close()


@pytest.mark.parametrize("implementation", LASTING)
async def test_a_restart_loses_nothing(implementation: str, tmp_path: Path) -> None:
    opened = IMPLEMENTATIONS[implementation]
    before = opened(tmp_path, 5)
    for id_ in "123":
        await before.put(file(id_))
    await before.remove("model", "2")
    await before.close()
    after = opened(tmp_path, 5)
    assert [await after.find("model", id_) for id_ in "123"] == [file("1"), None, file("3")]


async def test_two_providers_may_have_a_file_of_the_same_id(store: ProviderFileStore) -> None:
    await store.put(file("1"))
    await store.put(file("1", "other"))
    assert await store.find("model", "1") == file("1")
    assert await store.find("other", "1") == file("1", "other")
    await store.remove("other", "1")
    assert await store.find("model", "1") == file("1")
    await store.close()
