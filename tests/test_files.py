from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mcptui.files import replace_file


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "x"
    replace_file(path, b"1")
    assert path.read_bytes() == b"1"
    assert mode(path) == 0o600


def test_mode_of_the_file_stays_unless_given(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.touch(mode=0o644)
    replace_file(path, b"1")
    assert mode(path) == 0o644
    replace_file(path, b"2", mode=0o600)
    assert mode(path) == 0o600


def test_symlink_stays_one(tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "real"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    replace_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_failure_leaves_file_and_directory_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
