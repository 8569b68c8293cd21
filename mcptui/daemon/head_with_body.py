"""Fewer packets for an HTTP response: its head leaves together with what follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

#: Larger pieces are not copied to send them together with a head, bytes.
TOGETHER: Final = 2**16


class HeadWithBody(asyncio.Transport):
    """A connection on which the head of a response leaves together with what follows.

    uvicorn writes them one by one, and uvloop sends each write at once: two packets, and a client that wakes twice.
    A head that nothing follows soon leaves by itself at the end of the event loop's round.

    Args:
        transport: the connection.
        loop: its event loop.
        on_close: called when it is to be closed once everything is sent.
    """

    __slots__ = ("_head", "_loop", "_on_close", "_transport", "written")

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, on_close: Callable[[], None]
    ) -> None:
        super().__init__()
        self._on_close = on_close
        self._transport = transport
        self._loop = loop
        self._head = b""
        #: Bytes so far, those that wait included.
        self.written = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send ``data``, or keep it for a moment where it is a head."""
        self.written += len(data)
        if self._head:
            if len(data) <= TOGETHER:
                data = self._head + data
            else:
                self._transport.write(self._head)
            self._head = b""
        elif data[:5] == b"HTTP/":
            self._head = bytes(data)
            self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def _flush(self) -> None:
        if self._head:
            self._transport.write(self._head)
            self._head = b""

    def close(self) -> None:
        """As of the transport, which sends what was written first."""
        self._flush()
        self._transport.close()
        self._on_close()

    def abort(self) -> None:
        """As of the transport."""
        self._head = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        """As of the transport."""
        return self._transport.is_closing()

    def get_write_buffer_size(self) -> int:
        """As of the transport."""
        return len(self._head) + self._transport.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """As of the transport."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """As of the transport."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """As of the transport."""
        self._transport.resume_reading()
