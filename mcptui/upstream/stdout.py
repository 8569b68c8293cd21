"""What a stdio server prints: split into lines, and told apart into messages and what is none."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.json_values import has_more_values
from mcptui.protocol.jsonrpc import TooManyValuesError
from mcptui.protocol.lenient import Remark, read_json
from mcptui.protocol.sse import beginning_and_end
from mcptui.protocol.text import beginning

#: A line that does not begin as a message does is cut into pieces of this size, bytes.
_MAX_TEXT: Final = 64 * 1024
#: As much text that is no message as a server may print at once, bytes, and in the long run, bytes a second.
_TEXT_AT_ONCE: Final = 8 * 1024 * 1024
_TEXT_PER_SECOND: Final = 512 * 1024
#: What a line costs at least: reading it is work too.
_LINE_COST: Final = 64

_BOM: Final = b"\xef\xbb\xbf"
_ID: Final = re.compile(rb'"id"\s*:\s*"?(\d{1,18})"?\s*[,}]')


class Lines:
    """Bytes as they come, made into lines without their ends.

    Args:
        limit: the most bytes that a line may have; of longer ones the beginning and the end are kept.
    """

    def __init__(self, limit: Callable[[], int]) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        #: The line has been too long already.
        self._is_cut = False

    @property
    def held(self) -> int:
        """Bytes of the line that is not complete."""
        return self._size

    def cut(self) -> bytes:
        """Keep the beginning and the end of the line that is not complete: it comes as one that was too long."""
        self._parts = [shown := beginning_and_end(b"".join(self._parts))]
        self._size, self._is_cut = 0, True
        return shown

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, bool]]:
        """The lines that ``chunk`` completes, each with whether it was cut for being too long."""
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            yield self._whole(line)
        self._parts.append(rest)
        self._size += len(rest)
        if self._size > _MAX_TEXT and not may_be_message(self._beginning()):
            yield self._whole(b"")
        if self._size > self._limit():
            self.cut()

    def rest(self) -> bytes:
        """What came after the last line end, once nothing follows."""
        return self._whole(b"")[0]

    def _beginning(self) -> bytes:
        return next((part for part in self._parts if part.strip()), b"")

    def _whole(self, end: bytes) -> tuple[bytes, bool]:
        line = b"".join([*self._parts, end]) if self._parts else end
        is_cut = self._is_cut or len(line) > self._limit()
        self._parts, self._size, self._is_cut = [], 0, False
        return (beginning_and_end(line), True) if is_cut else (line, False)


def may_be_message(line: bytes) -> bool:
    """Whether ``line`` begins as a JSON-RPC message, or a batch of them, does."""
    return line.removeprefix(_BOM).lstrip()[:1] in (b"{", b"[")


def read_message(line: bytes, most_values: int, remark: Remark) -> tuple[Any, bool]:
    """The message in ``line``, and whether it could only be read by replacing what is not UTF-8.

    Raises:
        RpcError: it is none.
        TooManyValuesError: it has more than ``most_values``.
    """
    body = line.removeprefix(_BOM).strip()
    if has_more_values(body, most_values):
        raise TooManyValuesError(most_values)
    try:
        return jsonrpc.decode(body), False
    except RpcError:
        text = body.decode("utf-8", "replace").encode("utf-8")
        return read_json(text, remark), text != body


def id_in(line: bytes) -> int | None:
    """The id that a line seems to answer which cannot be read."""
    found = _ID.search(line)
    return int(found[1]) if found else None


def is_broken_message(line: bytes) -> bool:
    """Whether a line that cannot be read was meant to be a message: servers print other JSON too, such as logs."""
    return b'"jsonrpc"' in line


class Noise:
    """Output that is no message: counted, and bounded in what it may be at once and in the long run.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: float = _TEXT_AT_ONCE
        self._at = clock()
        #: How many lines there were.
        self.lines = 0
        #: The first of them.
        self.first = ""

    def add(self, line: bytes) -> bool:
        """Count ``line``; whether that is still bearable."""
        now = self._clock()
        self._left = min(_TEXT_AT_ONCE, self._left + (now - self._at) * _TEXT_PER_SECOND) - max(len(line), _LINE_COST)
        self._at = now
        self.lines += 1
        self.first = self.first or beginning(line, 120)
        return self._left > 0
