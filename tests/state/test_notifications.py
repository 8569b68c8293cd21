from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcptui.files import replace_file
from mcptui.state.notifications import Notifications, _places


@contextmanager
def notifications(path: Path) -> Iterator[tuple[Notifications, queue.SimpleQueue[None]]]:
    told: queue.SimpleQueue[None] = queue.SimpleQueue()
    found = Notifications(path, lambda: told.put(None))
    try:
        assert found.renew()
        yield found, told
    finally:
        found.end()


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"1"),
        lambda path: replace_file(path, b"1"),
        lambda path: path.rename(path.with_name("mcptui.toml~")),
        lambda path: path.unlink(),
    ],
    ids=["in place", "replaced", "renamed", "removed"],
)
def test_each_way_of_writing_is_told(tmp_path: Path, change: Callable[[Path], object]) -> None:
    path = tmp_path / "mcptui.toml"
    path.write_bytes(b"0")
    with notifications(path) as (_, told):
        change(path)
        told.get(timeout=20)


def test_other_files_of_the_directory_and_reading_tell_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mcptui.toml"
    path.write_bytes(b"0")
    with notifications(path) as (_, told):
        (tmp_path / "keys.toml").write_bytes(b"1")
        path.read_bytes()
        assert list(tmp_path.iterdir())
    # They have ended, so nothing is under way any more.
    assert told.empty()


def test_links_in_a_circle_can_be_put_right(tmp_path: Path) -> None:
    path = tmp_path / "mcptui.toml"
    path.symlink_to(path)
    found = Notifications(path, lambda: None)
    try:
        assert found.renew()
        path.unlink()
        path.write_bytes(b"1")
        assert found.renew()
    finally:
        found.end()


def config(tmp_path: Path) -> Path:
    """A state file in a directory that is a link to a link."""
    for name in ("dotfiles/mcptui", "other", "home"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "mcptui.toml").write_bytes(b"0")
    (tmp_path / "middle").symlink_to("dotfiles/../dotfiles")
    (tmp_path / "home" / ".config").symlink_to(tmp_path / "middle" / "mcptui")
    return tmp_path / "home" / ".config" / "mcptui.toml"


def lead(link: Path, target: Path) -> None:
    """Have ``link`` lead to ``target``, at once."""
    new = link.with_name("new")
    new.symlink_to(target)
    new.replace(link)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: replace_file(root / "dotfiles" / "mcptui" / "mcptui.toml", b"1"),
        lambda root: lead(root / "home" / ".config", root / "other"),
        lambda root: lead(root / "middle", root / "other"),
        lambda root: (root / "middle").unlink(),
        lambda root: (root / "home" / ".config").unlink(),
    ],
    ids=["the file behind the links", "the link", "the link behind the link", "its removal", "the removal of the link"],
)
def test_where_the_links_of_directories_lead_is_told(tmp_path: Path, change: Callable[[Path], object]) -> None:
    with notifications(config(tmp_path)) as (found, told):
        change(tmp_path)
        told.get(timeout=20)
        assert found.renew()


def test_a_directory_that_comes_where_a_link_leads_is_told(tmp_path: Path) -> None:
    path = tmp_path / "link" / "mcptui.toml"
    (tmp_path / "dotfiles").mkdir()
    path.parent.symlink_to("dotfiles/mcptui")
    with notifications(path) as (found, told):
        (tmp_path / "dotfiles" / "mcptui").mkdir()
        told.get(timeout=20)
        assert found.renew()
        while not told.empty():
            told.get()
        path.write_bytes(b"1")
        told.get(timeout=20)


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("plain/file", {("plain", "file")}),
        ("gone/there/file", {("", "gone")}),
        ("link/file", {("", "link"), ("plain", "file")}),
        ("link/../file", {("", "link"), ("", "file")}),
        ("out/file", {("", "out"), ("", "gone")}),
        ("plain/to", {("plain", "to"), ("", "file")}),
        ("link/to", {("", "link"), ("plain", "to"), ("", "file")}),
    ],
)
def test_what_is_watched(tmp_path: Path, path: str, places: set[tuple[str, str]]) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "link").symlink_to("plain")
    (tmp_path / "out").symlink_to(tmp_path / "gone")
    (tmp_path / "plain" / "to").symlink_to("../file")
    assert set(_places(tmp_path / path)) == {(tmp_path / directory, name) for directory, name in places}
