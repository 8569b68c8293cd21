"""The page that the browser comes back to, on this machine only (RFC 8252 §7.3)."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from mcptui.errors import RefusedError

PATH: Final = "/callback"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_MAX_REQUEST: Final = 16 * 1024
_PAGE: Final = (
    b"<!doctype html><meta charset=utf-8><title>mcptui</title>"
    b"<p>This window can be closed. mcptui shows whether the login has worked."
)
_HEADERS: Final = (
    b"connection: close\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\n"
    b"content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
)


@dataclass(slots=True)
class Callback:
    """Waits for redirects. What it takes is checked by the login, not here."""

    #: Where the browser can be sent to, the best first; all lead here.
    redirect_uris: tuple[str, ...]
    _servers: list[asyncio.Server] = field(default_factory=list)
    _came: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(8))

    @classmethod
    async def open(cls, redirect_uri: str | None = None, port: int | None = None) -> Callback:
        """Listen where the browser will be sent to.

        An address that is not of this machine, or with TLS, is listened at by nobody here: the person pastes the URL.

        Args:
            redirect_uri: the only address to be used; None for the usual ones. Its port, where it is of this machine
                and names none, is ``port`` (RFC 8252 §7.3 has authorization servers take any).
            port: the port, where ``redirect_uri`` does not say it; None for any that is free.

        Raises:
            RefusedError: the port is taken.
        """
        parts = urlsplit(redirect_uri or f"http://127.0.0.1{PATH}")
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
            return cls((str(redirect_uri),))
        callback = cls(())
        bound = await callback._listen(parts.port or port or 0)
        hosts = ("127.0.0.1", "localhost") if redirect_uri is None else (parts.netloc.rpartition("@")[2],)
        at = [host if parts.port else f"{host}:{bound}" for host in hosts]
        callback.redirect_uris = tuple(urlunsplit(parts._replace(netloc=netloc)) for netloc in at)
        return callback

    async def _listen(self, port: int) -> int:
        """Listen on ``port`` (0: any that is free) of both families, since a browser may take localhost for either."""
        try:
            first = await asyncio.start_server(self._serve, "127.0.0.1", port)
        except OSError:
            raise RefusedError(
                f"port {port} is in use", hint="oauth_redirect_port and oauth_redirect_uri say where a login listens."
            ) from None
        self._servers.append(first)
        bound: int = first.sockets[0].getsockname()[1]
        with contextlib.suppress(OSError):
            self._servers.append(await asyncio.start_server(self._serve, "::1", bound))
        return bound

    async def wait(self) -> str:
        """The next URL that the browser came with."""
        return await self._came.get()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                head = await reader.readuntil(b"\r\n\r\n")
                method, _, rest = head[:_MAX_REQUEST].decode("latin-1").partition(" ")
                target = rest.partition(" ")[0]
                is_ours = method == "GET" and urlsplit(target).path in self._paths
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

    @property
    def _paths(self) -> set[str]:
        return {urlsplit(uri).path or "/" for uri in self.redirect_uris}

    def close(self) -> None:
        """Listen no more."""
        for server in self._servers:
            server.close()
