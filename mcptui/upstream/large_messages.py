"""How much of large messages of servers is read at once: so many bytes for all servers together.

A message is counted while it is read and decoded. Beyond the budget one message goes on at a time, so that each comes
to its end whatever the others hold, and whoever stops in the middle of it loses its turn.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from types import TracebackType
from typing import Final

from mcptui.tasks import LARGE

#: Less than so many bytes in so many seconds is no progress.
TURN: Final = 0.5
PROGRESS: Final = 512 * 1024
#: What one that goes on may read before it is counted again, bytes.
_STEP: Final = 2 * LARGE
#: So often the budget is what is read in turns before those are given up that have stopped.
_MOST: Final = 2


class LargeMessages:
    """The budget, and who waits for a part of it.

    A server holds no more than half of it: there is always some for the others. Those who wait go on in turn between
    servers, and between the keys that use one.

    Args:
        budget: bytes, asked for whenever something is counted.
    """

    def __init__(self, budget: Callable[[], int]) -> None:
        self._budget = budget
        #: Bytes that are held, in all and by server.
        self._held = 0
        self._held_of: Counter[str] = Counter()
        #: By server and key, those which had a turn last at the end.
        self._waiting: dict[tuple[str, str], deque[Reading]] = {}
        #: It goes on whatever is held.
        self._first: Reading | None = None
        self._timer: asyncio.TimerHandle | None = None

    def reading(self, server: str, give_up: Callable[[], None], key: str = "") -> Reading:
        """For one message of ``server`` after another, which ``key`` has asked for where that is known.

        ``give_up`` ends the one that has stopped in the middle.
        """
        return Reading(self, server, give_up, key)

    @property
    def held(self) -> int:
        """Bytes of all messages."""
        return self._held

    def count(self, reading: Reading, more: int) -> None:
        """``reading`` holds ``more`` bytes than before, or less."""
        self._held += more
        self._held_of[reading.server] += more
        if not self._held_of[reading.server]:
            del self._held_of[reading.server]
        if more < 0:
            self._go_on()

    async def room(self, reading: Reading) -> None:
        """Return when ``reading`` may go on."""
        if reading is self._first or self._has_room(reading.server):
            return
        if self._first is None and not self._waiting:
            self._begin_turn(reading)
            return
        reading.waits = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(reading.line, deque()).append(reading)
        try:
            await reading.waits
        finally:
            reading.waits = None
            self._leave_line(reading)

    def end_turn(self, reading: Reading) -> None:
        """If it has one; the next goes on."""
        if reading is self._first:
            self._first = None
            assert self._timer is not None
            self._timer.cancel()
            self._go_on()

    def _has_room(self, server: str, coming: int = 0) -> bool:
        budget = self._budget()
        return self._held + coming <= budget and self._held_of[server] + coming <= budget // 2

    def _leave_line(self, reading: Reading) -> None:
        line = self._waiting.get(reading.line)
        if line is not None and reading in line:
            line.remove(reading)
            if not line:
                del self._waiting[reading.line]

    def _go_on(self) -> None:
        """Let those go on that may."""
        if self._first is None and self._waiting:
            self._begin_turn(self._next(next(iter(self._waiting))))
        coming = 0
        for each in list(self._waiting):
            while each in self._waiting and self._has_room(each[0], coming + _STEP):
                self._next(each)
                coming += _STEP

    def _next(self, whose: tuple[str, str]) -> Reading:
        """The first in the line of a server and key, which goes on."""
        line = self._waiting.pop(whose)
        reading = line.popleft()
        if line:
            self._waiting[whose] = line
        if reading.waits is not None and not reading.waits.done():
            reading.waits.set_result(None)
        return reading

    def _begin_turn(self, reading: Reading) -> None:
        self._first = reading
        self._look_later(reading)

    def _look_later(self, reading: Reading) -> None:
        self._timer = asyncio.get_running_loop().call_later(TURN, self._look, reading, reading.held)

    def _look(self, reading: Reading, before: int) -> None:
        """Whether ``reading`` has got on; else it is the turn of others."""
        if reading.is_whole or reading.held - before >= PROGRESS or not self._waiting:
            self._look_later(reading)
            return
        if self._held > _MOST * self._budget():
            reading.give_up()
        self.end_turn(reading)


class Reading:
    """What is held of a message that is being read; of a stream, of one after another."""

    __slots__ = ("_all", "give_up", "held", "is_whole", "key", "server", "waits")

    def __init__(self, all_: LargeMessages, server: str, give_up: Callable[[], None], key: str) -> None:
        self._all = all_
        self.server = server
        self.key = key
        self.give_up = give_up
        #: Bytes that count.
        self.held = 0
        #: The message is complete, and is being decoded: nothing of it is waited for any more.
        self.is_whole = False
        #: Its place in the line, while it has one.
        self.waits: asyncio.Future[None] | None = None

    @property
    def line(self) -> tuple[str, str]:
        """In which it waits."""
        return self.server, self.key

    async def holds(self, size: int) -> None:
        """So much of the message has been read: return when more may be. A small one is not counted."""
        if size > LARGE or self.held:
            self.is_whole = False
            counted = size if size > LARGE else 0
            self._all.count(self, counted - self.held)
            self.held = counted
            if counted:
                await self._all.room(self)
            else:
                self._all.end_turn(self)

    def end(self) -> None:
        """It was decoded, or is not read on."""
        if self.held:
            held, self.held = self.held, 0
            self._all.count(self, -held)
            self._all.end_turn(self)

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
