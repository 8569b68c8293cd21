"""A forward proxy in the process of a test: CONNECT, forwarded requests, a password, refusals."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import Mapping
from types import TracebackType
from urllib.parse import urlsplit

from mcptui.tasks import start_task


class ForwardProxy:
    """Leads where it is asked to; every name is this machine, as only a proxy may know.

    Args:
        login: ``user:password`` that it wants.
        refusal: what it answers everything with, such as ``403 Forbidden``.
        tls: what it is reached over, where that is not plain TCP.
        ports: where it connects to instead, by the host's name.
    """

    def __init__(
        self,
        login: str | None = None,
        refusal: str | None = None,
        tls: ssl.SSLContext | None = None,
        ports: Mapping[str, int] | None = None,
    ) -> None:
        self._login = login
        self._refusal = refusal
        self._tls = tls
        self._ports = ports or {}
        #: The first line of every request, in order.
        self.asked: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> ForwardProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, login: str = "") -> str:
        """Where it is."""
        return f"{'https' if self._tls else 'http'}://{login + '@' if login else ''}127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = start_task(self._talk(reader, writer), name="proxy")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            try:
                head = await reader.readuntil(b"\r\n\r\n")
                refusal = self._refusal or self._wants(head)
                method, target, _ = self._asked(head)
                if refusal:
                    writer.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
                    await writer.drain()
                    return
                parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
                port = self._ports.get(parts.hostname or "", parts.port or 80)
                there, onward = await asyncio.open_connection("127.0.0.1", port)
                try:
                    if method == "CONNECT":
                        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        await asyncio.gather(_copy(reader, onward), _copy(there, writer))
                    else:
                        await asyncio.gather(self._forward(head, reader, onward), _copy(there, writer))
                finally:
                    await _closed(onward)
            finally:
                await _closed(writer)

    def _asked(self, head: bytes) -> list[str]:
        line = head.partition(b"\r\n")[0].decode()
        self.asked.append(line)
        return line.split(" ")

    def _wants(self, head: bytes) -> str | None:
        if self._login is None:
            return None
        shown = b"basic " + base64.b64encode(self._login.encode()).lower()
        return None if shown in head.lower() else "407 Proxy Authentication Required"

    async def _forward(self, head: bytes, reader: asyncio.StreamReader, onward: asyncio.StreamWriter) -> None:
        """One request after the other, each with the path alone."""
        try:
            while True:
                method, target, version = head.partition(b"\r\n")[0].decode().split(" ")
                parts = urlsplit(target)
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                fields = [line for line in head.split(b"\r\n")[1:] if not line.lower().startswith(b"proxy-")]
                onward.write(f"{method} {path} {version}\r\n".encode() + b"\r\n".join(fields))
                onward.write(await reader.readexactly(size))
                head = await reader.readuntil(b"\r\n\r\n")
                self._asked(head)
        except (asyncio.IncompleteReadError, ConnectionError):
            onward.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
