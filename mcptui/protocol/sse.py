"""Server-sent events (WHATWG HTML §9.2), incremental, with a bound on the size of one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mcptui.numbers import whole_number

#: Of what is too large, so many bytes are kept of the beginning, and of the end.
_SHOWN: Final = 2_048


@dataclass(frozen=True, slots=True)
class Event:
    """One event: ``data`` bytes as sent, newline-joined."""

    data: bytes
    event: str = "message"
    id: str | None = None
    #: It was too large, and ``data`` is its beginning and its end.
    is_cut: bool = False


class EventTooLargeError(ValueError):
    """One event is larger than the reader accepts."""


class EventParser:
    """Feed bytes as they come, get whole events.

    Args:
        limit: the most bytes that one event may hold.
        passes_over: an event that holds more is cut to its beginning and its end, rather than an error.
    """

    def __init__(self, *, limit: int, passes_over: bool = False) -> None:
        self._limit = limit
        self._passes_over = passes_over
        self._is_cut = False
        self._tail = bytearray()
        self._after_cr = False
        self._data: list[bytes] = []
        self._size = 0
        self._event = ""
        self._id: str | None = None
        self.retry_ms: int | None = None

    @property
    def held(self) -> int:
        """Bytes of the event that is not complete."""
        return self._size + len(self._tail)

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that ``chunk`` completes.

        Raises:
            EventTooLargeError: the limit is passed.
        """
        if not chunk:
            return []
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._after_cr = False
        if b"\n" not in chunk and b"\r" not in chunk:
            self._tail += chunk
            self._check(len(self._tail))
            return []
        text = bytes(self._tail + chunk)
        self._tail.clear()
        if text.endswith(b"\r"):
            self._after_cr = True
        lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._tail += lines.pop()
        self._check(len(self._tail))
        events = []
        for line in lines:
            if line:
                self._field(line)
            elif event := self._dispatch():
                events.append(event)
        return events

    def _check(self, size: int) -> None:
        if self._size + size <= self._limit:
            return
        if not self._passes_over:
            raise EventTooLargeError(f"an event is larger than {self._limit} bytes")
        self._is_cut = True
        self._data = [beginning_and_end(b"\n".join(self._data))]
        self._size = len(self._data[0])
        self._tail = bytearray(beginning_and_end(bytes(self._tail)))

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._check(len(value) + 1)
            if self._is_cut:
                value = beginning_and_end(value)
            self._size += len(value) + 1
            self._data.append(value)
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and (retry := whole_number(value)) is not None:
            self.retry_ms = retry

    def _dispatch(self) -> Event | None:
        data, name, is_cut = self._data, self._event, self._is_cut
        self._data, self._event, self._size, self._is_cut = [], "", 0, False
        if not data:
            return None
        return Event(b"\n".join(data), name or "message", self._id, is_cut)


def beginning_and_end(data: bytes) -> bytes:
    """So much of what is not read as says whose answer it may be."""
    return data if len(data) <= 2 * _SHOWN else data[:_SHOWN] + data[-_SHOWN:]


def encode_event(
    data: bytes, *, event: str | None = None, id_: str | None = None, retry_ms: int | None = None
) -> bytes:
    """One event; ``data`` must not hold a line break (JSON does not)."""
    head = b""
    if id_ is not None:
        head += b"id: " + id_.encode() + b"\n"
    if event is not None:
        head += b"event: " + event.encode() + b"\n"
    if retry_ms is not None:
        head += b"retry: %d\n" % retry_ms
    return head + b"data: " + data + b"\n\n"


#: A comment: keeps quiet streams open through middleboxes.
KEEP_ALIVE = b": keep-alive\n\n"
