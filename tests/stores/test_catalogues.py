"""What every store of catalogues does."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mcptui.stores.catalogues import CatalogueStore, LocalCatalogues

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path], CatalogueStore]]] = {
    "memory": lambda _: LocalCatalogues(),
    "file": lambda directory: LocalCatalogues(directory / "catalogue.json"),
}
LASTING: Final = ("file",)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
async def test_the_newest_catalogue_of_each_server(implementation: str, tmp_path: Path) -> None:
    store = IMPLEMENTATIONS[implementation](tmp_path)
    assert store.get("a") is None
    store.put("a", {"n": 1})
    store.put("b", {"n": 2})
    store.put("a", {"n": 3})
    assert (store.get("a"), store.get("b")) == ({"n": 3}, {"n": 2})
    store.keep_only(["a", "c"])
    assert (store.get("a"), store.get("b")) == ({"n": 3}, None)
    await store.close()


@pytest.mark.parametrize("implementation", LASTING)
async def test_a_restart_loses_nothing(implementation: str, tmp_path: Path) -> None:
    opened = IMPLEMENTATIONS[implementation]
    before = opened(tmp_path)
    for name in "abc":
        before.put(name, {"name": name, "lists": [1, None, {"x": "y"}]})
    before.keep_only("ab")
    await before.close()
    after = opened(tmp_path)
    assert [after.get(name) for name in "abc"] == [before.get("a"), before.get("b"), None]


async def test_a_damaged_entry_costs_no_other(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text('{"a": 3, "b": {"n": 1}}', encoding="utf-8")
    store = LocalCatalogues(file)
    assert (store.get("a"), store.get("b")) == (None, {"n": 1})
    store.put("c", {})
    await store.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
