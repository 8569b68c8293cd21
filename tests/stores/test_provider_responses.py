"""What every store of responses at providers does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mcptui.stores.provider_responses import LocalProviderResponses, ProviderResponse, ProviderResponseStore

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path, int], ProviderResponseStore]]] = {
    "memory": lambda _, most: LocalProviderResponses(most=most),
    "file": lambda directory, most: LocalProviderResponses(directory / "responses.json", most=most),
}
LASTING: Final = ("file",)


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ProviderResponseStore:
    return IMPLEMENTATIONS[request.param](tmp_path, 2)


def response(id_: str) -> ProviderResponse:
    return ProviderResponse(id_, "key:a", "model")


async def test_a_response_is_found_until_it_is_removed(store: ProviderResponseStore) -> None:
    await store.put(response("1"))
    assert await store.find("1") == response("1")
    await store.remove("1")
    await store.remove("1")
    assert await store.find("1") is None
    await store.close()


async def test_the_oldest_are_forgotten_above_a_number(store: ProviderResponseStore) -> None:
    for id_ in "123":
        await store.put(response(id_))
    assert [await store.find(id_) is not None for id_ in "123"] == [False, True, True]
    await store.close()


@pytest.mark.parametrize("implementation", LASTING)
async def test_a_restart_loses_nothing(implementation: str, tmp_path: Path) -> None:
    opened = IMPLEMENTATIONS[implementation]
    before = opened(tmp_path, 5)
    for id_ in "123":
        await before.put(response(id_))
    await before.remove("2")
    await before.close()
    after = opened(tmp_path, 5)
    assert [await after.find(id_) for id_ in "123"] == [response("1"), None, response("3")]
