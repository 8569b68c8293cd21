"""One HTTP endpoint of an upstream: POST a message, read JSON or an event stream."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import aiohttp

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.sse import Event, EventParser, EventTooLargeError
from mcptui.upstream.errors import (
    NotMcpError,
    UpstreamError,
    UpstreamLoginError,
    from_client_error,
    public_url,
)

log = logging.getLogger(__name__)

#: The most bytes one message of an upstream may have.
MAX_MESSAGE: Final = 256 * 1024 * 1024
_ACCEPT: Final = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


def new_client() -> aiohttp.ClientSession:
    """The HTTP client that all upstream connections share: keep-alive, no cookies, no own deadline."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, limit_per_host=0, keepalive_timeout=60, ttl_dns_cache=60),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
        auto_decompress=True,
        trust_env=False,
        read_bufsize=2**18,
        max_line_size=2**16,
        max_field_size=2**16,
    )


class Endpoint:
    """A URL with the headers of this connection.

    Args:
        client: the shared HTTP client.
        url: where to POST.
        headers: configured headers, references already resolved.
    """

    def __init__(self, client: aiohttp.ClientSession, url: str, headers: Mapping[str, str]) -> None:
        self._client = client
        self.url = url
        self._own_headers = headers
        self._headers = {**_ACCEPT, **{name.lower(): value for name, value in headers.items()}}

    def at(self, url: str) -> Endpoint:
        """The same at another URL."""
        return Endpoint(self._client, url, self._own_headers)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        """POST and return the response with its body unread; the caller releases it.

        Raises:
            UpstreamError: no connection, or a redirect to another origin.
        """
        merged = {**self._headers, **headers}
        url = self.url
        for _ in range(3):
            try:
                response = await self._client.post(url, data=body, headers=merged, allow_redirects=False)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                raise from_client_error(error, url) from None
            if response.status not in (307, 308):
                return response
            target = urljoin(url, response.headers.get("location", ""))
            response.release()
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                raise UpstreamError(
                    f"{public_url(url)} redirects to another origin, {public_url(target)}",
                    hint="If that is intended, configure the new URL; credentials are not sent to it otherwise.",
                )
            url = target
        raise UpstreamError(f"{public_url(self.url)} redirects in a circle")

    async def get(self, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        """Open an event stream with GET; the caller releases the response."""
        merged = {**self._headers, **headers, "accept": "text/event-stream"}
        merged.pop("content-type", None)
        try:
            return await self._client.get(self.url, headers=merged, allow_redirects=False)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise from_client_error(error, self.url) from None

    async def delete(self, headers: Mapping[str, str]) -> None:
        """End a session; what the server says to it does not matter."""
        try:
            async with asyncio.timeout(2):
                response = await self._client.delete(
                    self.url, headers={**self._headers, **headers}, allow_redirects=False
                )
                response.release()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            log.debug("a session could not be ended at the server")

    async def events(
        self, response: aiohttp.ClientResponse, parser: EventParser | None = None
    ) -> AsyncGenerator[Event, None]:
        """The events of a stream until it ends; ``parser`` for whoever wants to know its retry time.

        Raises:
            UpstreamError: the stream broke or an event is too large.
        """
        parser = parser or EventParser(limit=MAX_MESSAGE)
        try:
            async for chunk in response.content.iter_any():
                for event in parser.feed(chunk):
                    yield event
        except EventTooLargeError as error:
            raise UpstreamError(f"{public_url(self.url)}: {error}", ran=True) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise from_client_error(error, self.url) from None

    async def body(self, response: aiohttp.ClientResponse) -> bytes:
        """The whole body, bounded."""
        if (response.content_length or 0) > MAX_MESSAGE:
            raise UpstreamError(f"{public_url(self.url)} answered with more than {MAX_MESSAGE} bytes", ran=True)
        try:
            chunks, size = [], 0
            async for chunk in response.content.iter_any():
                size += len(chunk)
                if size > MAX_MESSAGE:
                    raise UpstreamError(f"{public_url(self.url)} answered with more than {MAX_MESSAGE} bytes", ran=True)
                chunks.append(chunk)
            return b"".join(chunks)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise from_client_error(error, self.url) from None

    def message(self, body: bytes) -> Any:
        """Decode a message that the server sent.

        Raises:
            NotMcpError: it is not JSON.
        """
        try:
            return jsonrpc.decode(body)
        except RpcError:
            raise NotMcpError(
                f"{public_url(self.url)} did not answer with JSON",
                hint="Is this the URL of an MCP endpoint?",
                ran=True,
            ) from None

    def refusal(self, status: int) -> UpstreamError:
        """The error for an HTTP status that carries no JSON-RPC answer."""
        where = public_url(self.url)
        if status in (401, 403):
            return UpstreamLoginError(
                f"{where} answered {status}: the credential is missing or refused",
                hint="Set auth_type and the secret of this server (e in the server list, or mcptui server edit).",
                status=status,
            )
        if status == 404:
            message, hint = f"{where} answered 404: nothing is there", "Check the path, often /mcp or /sse."
            return NotMcpError(message, hint=hint, status=status)
        if status in (400, 405, 406, 415, 501):
            message = f"{where} answered {status}: it takes no MCP messages"
            return NotMcpError(message, hint="Is this the URL of an MCP endpoint?", status=status)
        if status == 429:
            return UpstreamError(f"{where} answered 429: too many requests", hint="Try again later.", status=status)
        problem = ": the server has a problem" if status >= 500 else ""
        return UpstreamError(f"{where} answered {status}{problem}", ran=status >= 500, status=status)
