from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcptui.files import replace_file
from mcptui.state.notifications import Notifications


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
