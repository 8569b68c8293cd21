"""Earlier contents of clients' files: private, and the newest ten of each client."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest

from mcptui.services.client_backups import keep_client_backup


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    # With another number of digits before long: names sort by age all the same.
    moments = itertools.count(95)
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))


def test_a_copy_that_only_the_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "mcp.json"
    file.write_text('{"key": "sk-1"}', encoding="utf-8")
    file.chmod(0o644)
    kept = keep_client_backup(tmp_path / "backups", "cursor", file)
    assert kept.read_text(encoding="utf-8") == '{"key": "sk-1"}'
    assert (kept.suffix, kept.stat().st_mode & 0o777) == (".json", 0o600)
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o644


def test_the_newest_ten_of_each_client_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    clients = ["claude", "claude-code"]
    for number in range(12):
        for client in clients:
            file.write_text(f"{client} {number}", encoding="utf-8")
            keep_client_backup(tmp_path, client, file)
    for client in clients:
        kept = sorted((tmp_path / "clients").glob(f"{client}-[0-9]*"))
        assert [path.read_text(encoding="utf-8") for path in kept] == [f"{client} {number}" for number in range(2, 12)]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        keep_client_backup(tmp_path, "cursor", tmp_path / "none.json")
