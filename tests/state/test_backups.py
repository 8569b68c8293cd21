"""Earlier versions of the state file."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from mcptui.state.backups import backups, find_backup, keep_backup


def revision(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_version_is_found_by_its_revision(tmp_path: Path) -> None:
    directory = tmp_path / "a" / "backups"
    for content in (b"one", b"two"):
        keep_backup(directory, content)
    assert find_backup(directory, revision(b"one")) == b"one"
    assert find_backup(directory, revision(b"three")) is None
    assert directory.stat().st_mode & 0o777 == 0o700


def test_the_newest_ten_and_the_first_of_each_day_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a day began with can be restored, however many changes it has seen."""
    noon, day = 1_800_014_400, 86_400
    contents: list[list[bytes]] = []
    for number in range(40):
        contents.append([b"%d %d" % (number, change) for change in range(3)])
        for at, content in enumerate(contents[-1]):
            monkeypatch.setattr(time, "time_ns", lambda now=noon + number * day + at: now * 1_000_000_000)
            keep_backup(tmp_path, content)
    kept = [[find_backup(tmp_path, revision(content)) is not None for content in each] for each in contents]
    first, none, whole = [True, False, False], [False, False, False], [True, True, True]
    assert kept == [none] * 10 + [first] * 26 + [[True, False, True]] + [whole] * 3
    assert len(backups(tmp_path)) == sum(map(sum, kept))


def test_a_version_that_was_changed_is_not_that_version(tmp_path: Path) -> None:
    keep_backup(tmp_path, b"one")
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"other")
    assert find_backup(tmp_path, revision(b"one")) is None


def test_there_is_no_directory(tmp_path: Path) -> None:
    assert find_backup(tmp_path / "gone", revision(b"one")) is None
