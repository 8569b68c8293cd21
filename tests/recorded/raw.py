"""HTTP/1.1 with every byte in sight: one connection for each exchange."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

Headers: TypeAlias = list[tuple[str, str]]
#: Host and port, or the path of a socket.
Address: TypeAlias = tuple[str, int] | Path


@dataclass(slots=True)
class Request:
    """What is sent, as text."""

    method: str
    path: str
    headers: Headers
    body: bytes | None = None

    def encoded(self) -> bytes:
        """The bytes of the request; the length of the body is said where there is one."""
        headers = list(self.headers)
        if self.body is not None and not any(name == "content-length" for name, _ in headers):
            headers.append(("content-length", str(len(self.body))))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (self.body or b"")


@dataclass(slots=True)
class Reply:
    """What came, as far as it was read."""

    status: int
    headers: Headers
    body: bytes = b""
    #: Whether the end of the body was seen.
    ended: bool = False

    def header(self, name: str) -> str:
        """The value of a header, "" where there is none."""
        return next((value for header, value in self.headers if header.lower() == name), "")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The JSON of the events of a stream; those without JSON are left out."""
        lines = [line.removeprefix(b"data: ") for line in self.body.split(b"\n") if line.startswith(b"data: ")]
        return [json.loads(line) for line in lines if line.startswith(b"{")]


@dataclass(slots=True)
class Stream:
    """An answer that is read bit by bit."""

    reply: Reply
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter
    _waiting: bytes = field(default=b"")
    _is_chunked: bool = False
    _left: int = 0

    async def until(self, end: bytes, count: int = 1) -> bytes:
        """Read up to and with the ``count``-th next ``end``, or to the end of the body; what was read."""
        found = b""
        for _ in range(count):
            while end not in self._waiting and await self._more():
                pass
            head, separator, self._waiting = self._waiting.partition(end)
            found += head + separator
        self.reply.body += found
        return found

    async def rest(self) -> Reply:
        """Read everything."""
        while await self._more():
            pass
        self.reply.body, self._waiting = self.reply.body + self._waiting, b""
        return self.reply

    async def _more(self) -> bool:
        """Read a bit; False at the end."""
        if self.reply.ended:
            return False
        chunk = await (self._chunk() if self._is_chunked else self._reader.read(min(self._left, 65_536)))
        self._left -= 0 if self._is_chunked else len(chunk)
        self._waiting += chunk
        if not chunk or (not self._is_chunked and self._left == 0):
            # A body that breaks off, instead of ending, has no last chunk; then this is never reached with one.
            self.reply.ended = True
        return bool(chunk)

    async def _chunk(self) -> bytes:
        size = int((await self._reader.readline()).strip() or b"-1", 16)
        if size < 0:
            self._waiting += b"\n<broken off>"
            return b""
        chunk = await self._reader.readexactly(size)
        await self._reader.readexactly(2)
        return chunk

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)


async def start(address: Address, request: Request) -> Stream:
    """Send ``request`` and read the head of the answer."""
    if isinstance(address, Path):
        reader, writer = await asyncio.open_unix_connection(address)
    else:
        reader, writer = await asyncio.open_connection(*address)
    writer.write(request.encoded())
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = _headers(head[1:-2])
    reply = Reply(int(head[0].split(" ")[1]), headers)
    is_chunked = reply.header("transfer-encoding") == "chunked"
    left = int(reply.header("content-length") or 0)
    reply.ended = not is_chunked and (left == 0 or request.method == "HEAD")
    return Stream(reply, reader, writer, b"", is_chunked, left)


def _headers(lines: Iterable[str]) -> Headers:
    parts = [line.partition(": ") for line in lines]
    return [(name, value) for name, _, value in parts]
