"""The page that the browser comes back to, on this machine only (RFC 8252 §7.3)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final
from urllib.parse import urlsplit

PATH: Final = "/callback"
_MAX_REQUEST: Final = 16 * 1024
_PAGE: Final = (
    b"<!doctype html><meta charset=utf-8><title>mcptui</title>"
    b"<p>This window can be closed. mcptui shows whether the login has worked."
)
_HEADERS: Final = (
    b"connection: close\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\n"
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
)


class Callback:
    """Waits for one redirect. What it takes is checked by the login, not here."""

    def __init__(self, server: asyncio.Server, port: int) -> None:
        self._server = server
        self.redirect_uri = f"http://127.0.0.1:{port}{PATH}"
        self._came: asyncio.Queue[str] = asyncio.Queue(8)

    @classmethod
    async def open(cls, port: int | None) -> Callback:
        """Listen on ``port``, or on any that is free.

        Raises:
            OSError: ``port`` is taken.
        """
        callback: Callback

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await callback._serve(reader, writer)

        server = await asyncio.start_server(serve, "127.0.0.1", port or 0)
        callback = cls(server, server.sockets[0].getsockname()[1])
        return callback

    async def wait(self) -> str:
        """The next URL that the browser came with."""
        return await self._came.get()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                head = await reader.readuntil(b"\r\n\r\n")
                method, _, rest = head[:_MAX_REQUEST].decode("latin-1").partition(" ")
                target = rest.partition(" ")[0]
                is_ours = method == "GET" and urlsplit(target).path == PATH
                if is_ours:
                    with contextlib.suppress(asyncio.QueueFull):
                        self._came.put_nowait(target)
                body = _PAGE if is_ours else b"Not found"
                writer.write(
                    b"HTTP/1.1 %s\r\ncontent-type: text/html\r\ncontent-length: %d\r\n%s\r\n%s"
                    % (b"200 OK" if is_ours else b"404 Not Found", len(body), _HEADERS, body)
                )
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # not a browser
        finally:
            writer.close()

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
