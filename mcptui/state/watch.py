"""Tells when the state file has other content than before."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import watchfiles

from mcptui.tasks import start_task

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_DEBOUNCE_MS: Final = 50
_STEP_MS: Final = 20
# Looks that need no notification: network file systems and some containers send none, and a change may
# fall between the start and the first notification. They begin close together and get rarer.
_FIRST_LOOK: Final = 0.1
_LOOK: Final = 2.0


def watch_state(path: Path) -> AsyncIterator[None]:
    """Yield each time the content of ``path`` is another one than before: written, replaced, made or removed.

    "Before" is the moment of the call, so a file that is read afterwards misses no change.
    """
    return _watch(path, _digest(path))


async def _watch(path: Path, known: bytes) -> AsyncIterator[None]:
    notified = asyncio.Event()
    notifier = start_task(_notify(path, notified), name="watch-state")
    pause = _FIRST_LOOK
    try:
        while True:
            try:
                # Not wait_for, which may swallow the cancellation that comes with the event (3.11).
                async with asyncio.timeout(pause):
                    await notified.wait()
            except TimeoutError:
                pause = min(pause * 2, _LOOK)
            notified.clear()
            current = await asyncio.to_thread(_digest, path)
            if current != known:
                known = current
                yield
    finally:
        notifier.cancel()
        await asyncio.wait([notifier])


async def _notify(path: Path, notified: asyncio.Event) -> None:
    """Set ``notified`` whenever the file may have changed, for as long as the system can tell."""
    while True:
        # The directories, because a watch on a file ends with its first replacement; both, because the
        # file may be a link into a directory of dotfiles.
        real = await asyncio.to_thread(path.resolve)
        try:
            async for _ in watchfiles.awatch(
                *{path.parent, real.parent},
                watch_filter=_named({path.name, real.name}),
                debounce=_DEBOUNCE_MS,
                step=_STEP_MS,
                recursive=False,
            ):
                notified.set()
        except (OSError, RuntimeError):
            # The directory is not there yet, or the system has no watches left.
            await asyncio.sleep(_LOOK)


def _named(names: set[str]) -> Callable[[watchfiles.Change, str], bool]:
    return lambda _, changed: Path(changed).name in names


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""
