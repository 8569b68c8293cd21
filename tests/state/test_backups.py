"""Earlier versions of the state file."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mcptui.state.backups import find_backup, keep_backup


def revision(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_version_is_found_by_its_revision(tmp_path: Path) -> None:
    directory = tmp_path / "a" / "backups"
    for content in (b"one", b"two"):
        keep_backup(directory, content)
    assert find_backup(directory, revision(b"one")) == b"one"
    assert find_backup(directory, revision(b"three")) is None
    assert directory.stat().st_mode & 0o777 == 0o700


def test_the_newest_ten_are_kept(tmp_path: Path) -> None:
    contents = [b"%d" % number for number in range(12)]
    for content in contents:
        keep_backup(tmp_path, content)
    assert [find_backup(tmp_path, revision(content)) for content in contents] == [None, None, *contents[2:]]


def test_a_version_that_was_changed_is_not_that_version(tmp_path: Path) -> None:
    keep_backup(tmp_path, b"one")
    (path,) = tmp_path.iterdir()
    path.write_bytes(b"other")
    assert find_backup(tmp_path, revision(b"one")) is None


def test_there_is_no_directory(tmp_path: Path) -> None:
    assert find_backup(tmp_path / "gone", revision(b"one")) is None
