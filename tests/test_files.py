from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from mcptui.files import (
    NotAFileError,
    TooLargeError,
    make_private_directory,
    make_private_file,
    read_bounded,
    replace_file,
    why_unwritable,
)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Accounts and services have all kinds of them."""
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    make_private_directory(tmp_path / "a" / "b" / "c")
    make_private_file(tmp_path / "a" / "made")
    replace_file(tmp_path / "a" / "replaced", b"1")
    assert [mode(tmp_path / name) for name in ("a", "a/b", "a/b/c")] == [0o700] * 3
    assert [mode(tmp_path / "a" / name) for name in ("made", "replaced")] == [0o600] * 2


def test_what_exists_keeps_its_mode_and_content(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    (tmp_path / "a" / "file").write_bytes(b"1")
    (tmp_path / "a" / "file").chmod(0o640)
    make_private_directory(tmp_path / "a" / "b")
    make_private_directory(tmp_path / "a" / "b")
    make_private_file(tmp_path / "a" / "file")
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o755, 0o700)
    assert (mode(tmp_path / "a" / "file"), (tmp_path / "a" / "file").read_bytes()) == (0o640, b"1")


def test_no_directory_is_made_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "b"):
        with pytest.raises(FileExistsError):
            make_private_directory(path)


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"1234")
    assert read_bounded(path, 4) == b"1234"
    with pytest.raises(TooLargeError):
        read_bounded(path, 3)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe", tmp_path / "link", Path("/dev/zero"), Path("/dev/null"), tmp_path):
        with pytest.raises(NotAFileError):
            read_bounded(path, 10)
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "none", 10)


@pytest.mark.parametrize(
    ("flag", "blocks", "writable", "words"),
    [
        (0, 16, True, None),
        (0, 15, True, "there is no space left for "),
        (0, 0, True, "there is no space left for "),
        (os.ST_RDONLY, 16, True, " cannot be written to"),
        (0, 16, False, " cannot be written to"),
    ],
)
def test_why_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flag: int, blocks: int, writable: bool, words: str | None
) -> None:
    found = SimpleNamespace(f_flag=flag, f_bavail=blocks, f_frsize=4096)
    monkeypatch.setattr(os, "statvfs", lambda _: found)
    monkeypatch.setattr(os, "access", lambda *_: writable)
    why = why_unwritable(tmp_path)
    assert why is None if words is None else words in (why or "")
    assert why is None or str(tmp_path) in why


def test_where_there_is_no_directory_nothing_can_be_written(tmp_path: Path) -> None:
    assert why_unwritable(tmp_path) is None
    assert "No such file" in (why_unwritable(tmp_path / "none") or "")


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
