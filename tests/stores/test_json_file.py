from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from mcptui.stores.json_file import StateFile


async def test_what_has_changed_is_written_at_the_latest_at_the_end(tmp_path: Path) -> None:
    path, value = tmp_path / "file.json", {"a": 1}
    file = StateFile(path, lambda: value)
    assert file.load() is None
    await file.close()
    assert not path.exists(), "nothing has changed"
    file.changed()
    value["a"] = 2
    file.changed()
    await file.close()
    assert json.loads(path.read_bytes()) == {"a": 2}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert StateFile(path, dict).load() == {"a": 2}


async def test_without_a_path_nothing_is_kept() -> None:
    file = StateFile(None, list)
    file.changed()
    await file.close()
    assert file.load() is None


async def test_a_place_that_cannot_be_written_or_read_costs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = StateFile(tmp_path / "missing" / "file.json", list)
    file.changed()
    await file.close()
    assert "file.json cannot be written" in caplog.text
    assert StateFile(tmp_path, list).load() is None
    assert "cannot be used" in caplog.text
