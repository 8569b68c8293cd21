from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, cast

import pytest

from mcptui.files import replace_file
from mcptui.state import watch
from mcptui.state.watch import watch_state


async def changes_after(path: Path, *steps: Callable[[], object]) -> None:
    """Each step must be seen, with the watch at work."""
    async with asyncio.timeout(20), aclosing(cast(Any, watch_state(path))) as changes:
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
    target = tmp_path / "dotfiles" / "real.toml"
    target.parent.mkdir()
    target.touch()
    link = tmp_path / "config" / "mcptui.toml"
    link.parent.mkdir()
    link.symlink_to(target)
    await changes_after(link, lambda: replace_file(link, b"1"), lambda: target.write_bytes(b"2"))


async def test_change_between_call_and_first_wait_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "mcptui.toml"
    async with asyncio.timeout(20), aclosing(cast(Any, watch_state(path))) as changes:
        path.write_bytes(b"1")
        await anext(changes)


async def test_directory_that_comes_later_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "later" / "mcptui.toml"

    def write() -> None:
        path.parent.mkdir()
        path.write_bytes(b"1")

    await changes_after(path, write)


async def test_same_content_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mcptui.toml"
    path.write_bytes(b"1")
    looks = 0
    enough = asyncio.Event()

    async def notify(_: Path, notified: asyncio.Event) -> None:
        nonlocal looks
        while True:
            looks += 1
            if looks > 3:
                enough.set()
            notified.set()
            await asyncio.sleep(0)

    monkeypatch.setattr(watch, "_notify", notify)
    changes: AsyncIterator[None] = watch_state(path)
    waiting = asyncio.ensure_future(anext(changes))
    async with asyncio.timeout(20):
        await enough.wait()
    replace_file(path, b"1")
    assert not waiting.done()
    replace_file(path, b"2")
    async with asyncio.timeout(20):
        await waiting
    await cast(Any, changes).aclose()
