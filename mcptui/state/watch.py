"""Tells when the state file has other content than before."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcptui.state.notifications import Notifications

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

#: An editor that writes in place empties the file first, seconds.
_SETTLE: Final = 0.02
# Looks that need no notification, in case one was missed: soon after the start, then ever more rarely. Network file
# systems and some containers send none; where a change came without one, and where nothing can be watched, looks
# stay frequent.
_FIRST_LOOK: Final = 1.0
_LOOK: Final = 30.0
_FREQUENT_LOOK: Final = 2.0


def watch_state(path: Path) -> AsyncIterator[None]:
    """Yield each time the content of ``path`` is another one than before: written, replaced, made or removed.

    "Before" is the moment of the call, so a file that is read afterwards misses no change. Nothing runs while
    nothing changes.
    """
    return _watch(path, _digest(path))


async def _watch(path: Path, known: bytes) -> AsyncIterator[None]:
    loop, notified = asyncio.get_running_loop(), asyncio.Event()
    notifications = Notifications(path, partial(_notify, loop, notified))

    def look() -> tuple[bool, bytes]:
        # In this order: what changes after the look is notified.
        return notifications.renew(), _digest(path)

    pause, longest, timed_out = _FIRST_LOOK, _LOOK, False
    try:
        while True:
            is_watched, current = await asyncio.to_thread(look)
            if current != known:
                known = current
                if timed_out:
                    longest = _FREQUENT_LOOK
                yield
            try:
                # Not wait_for, which may swallow the cancellation that comes with the event (3.11).
                async with asyncio.timeout(min(pause, longest if is_watched else _FREQUENT_LOOK)):
                    await notified.wait()
                timed_out = False
                await asyncio.sleep(_SETTLE)
            except TimeoutError:
                timed_out = is_watched
                pause = min(pause * 2, _LOOK)
            notified.clear()
    finally:
        await asyncio.to_thread(notifications.end)


def _notify(loop: asyncio.AbstractEventLoop, notified: asyncio.Event) -> None:
    """Set ``notified`` from another thread, unless the loop has ended before the watch."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(notified.set)


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b""
