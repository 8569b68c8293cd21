"""What every place of seal keys does."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mcptui.stores.seal_keys import KEY_SIZE, FileSealKeys, MemorySealKeys, SealKeys

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path], SealKeys]]] = {
    "memory": lambda _: MemorySealKeys(),
    "file": lambda directory: FileSealKeys(directory / "seal-keys.json"),
}
LASTING: Final = ("file",)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_there_are_keys_and_they_stay(implementation: str, tmp_path: Path) -> None:
    place = IMPLEMENTATIONS[implementation](tmp_path)
    keys = place.load()
    assert keys
    assert {len(key) for key in keys} == {KEY_SIZE}
    assert place.load() == keys


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_no_two_places_have_the_same(implementation: str, tmp_path: Path) -> None:
    directories = [tmp_path / name for name in "ab"]
    for directory in directories:
        directory.mkdir()
    one, other = (IMPLEMENTATIONS[implementation](directory).load() for directory in directories)
    assert not set(one) & set(other)


@pytest.mark.parametrize("implementation", LASTING)
def test_a_restart_keeps_them(implementation: str, tmp_path: Path) -> None:
    opened = IMPLEMENTATIONS[implementation]
    assert opened(tmp_path).load() == opened(tmp_path).load()


def test_the_file_is_private_and_the_order_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "seal-keys.json"
    (key,) = FileSealKeys(file).load()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    new = bytes(KEY_SIZE)
    file.write_text(json.dumps([base64.b64encode(each).decode() for each in (new, key)]), encoding="utf-8")
    assert FileSealKeys(file).load() == (new, key)


@pytest.mark.parametrize("content", ["", "{", "{}", "3", "[]", '["!", 4, "c2hvcnQ="]'])
def test_a_damaged_file_is_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "seal-keys.json"
    file.write_text(content, encoding="utf-8")
    keys = FileSealKeys(file).load()
    assert FileSealKeys(file).load() == keys


def test_a_disk_that_is_full_costs_a_restart_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert FileSealKeys(tmp_path / "missing" / "seal-keys.json").load()
    assert "ends with this process" in caplog.text
