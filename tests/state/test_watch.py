from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import pytest

from mcptui.files import replace_file
from mcptui.state import watch
from mcptui.state.notifications import Notifications
from mcptui.state.watch import _notify, watch_state


async def changes_after(path: Path, *steps: Callable[[], object]) -> None:
    """Each step must be seen, with the watch at work."""
    async with asyncio.timeout(20), aclosing(cast("Any", watch_state(path))) as changes:
        for step in steps:
            waiting = asyncio.ensure_future(anext(changes))
            await asyncio.sleep(0)
            await asyncio.to_thread(step)
            await waiting


async def test_every_kind_of_change_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "mcptui.toml"
    await changes_after(
        path,
        lambda: path.write_bytes(b"1"),
        lambda: replace_file(path, b"2"),
        lambda: replace_file(path, b"3"),
        path.unlink,
        lambda: path.write_bytes(b"3"),
    )


async def test_change_of_a_linked_file_is_seen(tmp_path: Path) -> None:
    target, link = linked(tmp_path)
    await changes_after(link, lambda: replace_file(link, b"1"), lambda: target.write_bytes(b"2"))


def linked(tmp_path: Path) -> tuple[Path, Path]:
    """A file among others, and a link to it in a directory of its own."""
    target = tmp_path / "dotfiles" / "real.toml"
    target.parent.mkdir()
    target.touch()
    link = tmp_path / "config" / "mcptui.toml"
    link.parent.mkdir()
    link.symlink_to(target)
    return target, link


async def test_link_that_leads_elsewhere_is_followed(tmp_path: Path) -> None:
    _, link = linked(tmp_path)
    other, middle = tmp_path / "other.toml", tmp_path / "middle.toml"
    other.write_bytes(b"1")
    middle.symlink_to(other)

    def lead_elsewhere() -> None:
        new = link.with_name("new")
        new.symlink_to(middle)
        new.replace(link)

    await changes_after(link, lead_elsewhere, lambda: other.write_bytes(b"2"), middle.unlink)


async def test_change_between_call_and_first_wait_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "mcptui.toml"
    async with asyncio.timeout(20), aclosing(cast("Any", watch_state(path))) as changes:
        path.write_bytes(b"1")
        await anext(changes)


async def test_directory_that_comes_later_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "much" / "later" / "mcptui.toml"

    def write() -> None:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"1")

    def write_again(content: bytes) -> None:
        path.parent.mkdir()
        path.write_bytes(content)

    await changes_after(
        path,
        write,
        lambda: path.write_bytes(b"3"),
        lambda: shutil.rmtree(path.parent),
        lambda: write_again(b"4"),
        lambda: replace_file(path, b"5"),
    )


class Told(Notifications):
    """What the system would tell, told by the test; or nothing at all."""

    def __init__(self, path: Path, notify: Callable[[], object]) -> None:
        self.looks = 0
        self.is_watched = True
        self.notify = notify
        TOLD.append(self)

    def renew(self) -> bool:
        self.looks += 1
        return self.is_watched

    def end(self) -> None:
        pass


TOLD: list[Told] = []


async def test_same_content_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "Notifications", Told)
    path = tmp_path / "mcptui.toml"
    path.write_bytes(b"1")
    async with asyncio.timeout(20), aclosing(cast("Any", watch_state(path))) as changes:
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        told = TOLD.pop()
        replace_file(path, b"1")
        while told.looks < 3:
            told.notify()
            await asyncio.sleep(0)
        assert not waiting.done()
        replace_file(path, b"2")
        told.notify()
        await waiting


@pytest.mark.parametrize("is_watched", [True, False])
async def test_change_without_a_notification_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_watched: bool
) -> None:
    monkeypatch.setattr(watch, "Notifications", Told)
    monkeypatch.setattr(watch, "_FIRST_LOOK", 0.01)
    monkeypatch.setattr(watch, "_FREQUENT_LOOK", 0.01)
    path = tmp_path / "mcptui.toml"
    async with asyncio.timeout(20), aclosing(cast("Any", watch_state(path))) as changes:
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        TOLD.pop().is_watched = is_watched
        path.write_bytes(b"1")
        await waiting


def test_a_loop_that_has_ended_is_not_notified() -> None:
    loop, notified = asyncio.new_event_loop(), asyncio.Event()
    loop.close()
    _notify(loop, notified)
    assert not notified.is_set()
