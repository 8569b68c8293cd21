"""The gateway's own HTTP/1.1 client in the place of httpx2's: two fifths of the CPU of a stream are saved."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Final

import httpx2

from mcptui.upstream.errors import from_wire_error
from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.errors import BadAddressError, BadHeaderError, ConnectError, WireError
from mcptui.upstream.wire.head import header_lines, request_line

if TYPE_CHECKING:
    from mcptui.upstream.wire.client import HttpClient
    from mcptui.upstream.wire.response import Response

_AT_ONCE: Final = contextlib.nullcontext()
#: Told by the client itself, or decoded by it already.
_OWN: Final = frozenset({"host", "connection", "transfer-encoding"})


class WireTransport(httpx2.AsyncBaseTransport):
    """Sends requests over the connections that MCP servers are reached with.

    What fails has as its cause an ``UpstreamError``, with what to do about it.

    Args:
        client: whose connections they are; it is closed by its owner.
    """

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request.

        Raises:
            httpx2.TransportError: as httpx2's own transport does.
        """
        body = _body(request)
        limit = request.extensions.get("timeout", {}).get("read")
        headers = {name: value for name, value in request.headers.items() if name not in _OWN}
        if isinstance(body, bytes):
            headers["content-length"] = str(len(body))
        try:
            address = _address(str(request.url))
            head = request_line(request.method, address) + header_lines(headers) + b"\r\n"
            async with asyncio.timeout(limit):
                response = await self._client.send(address, head, body)
        except TimeoutError as error:
            raise httpx2.ReadTimeout("no answer in time", request=request) from error
        except WireError as error:
            raise _translated(error, request) from from_wire_error(error, str(request.url))
        # The body comes decompressed.
        told = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        return httpx2.Response(response.status, headers=told, stream=_Body(response, request, limit))


class _Body(httpx2.AsyncByteStream):
    def __init__(self, response: Response, request: httpx2.Request, limit: float | None) -> None:
        self._response = response
        self._request = request
        self._limit = limit
        self._is_whole = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = self._response.chunks()
        try:
            while True:
                # A deadline for what is there already would be a tenth of the cost of a stream.
                async with asyncio.timeout(self._limit) if self._response.is_waiting else _AT_ONCE:
                    piece = await anext(pieces, None)
                if piece is None:
                    self._is_whole = True
                    return
                yield piece
        except TimeoutError as error:
            raise httpx2.ReadTimeout("no more of the answer in time", request=self._request) from error
        except WireError as error:
            raise _translated(error, self._request) from from_wire_error(error, str(self._request.url))

    async def aclose(self) -> None:
        """Give the connection back; one whose answer is not wanted any more is closed, which ends the work there."""
        if self._is_whole:
            self._response.release()
        else:
            self._response.close()


def _body(request: httpx2.Request) -> bytes | AsyncIterable[bytes]:
    """The body: whole where the request was made with all of it, else in pieces, whose length its headers say."""
    try:
        return request.content
    except httpx2.RequestNotRead:
        assert isinstance(request.stream, httpx2.AsyncByteStream)
        return request.stream


@functools.lru_cache(maxsize=256)
def _address(url: str) -> Address:
    return Address.parse(url)


def _translated(error: WireError, request: httpx2.Request) -> httpx2.TransportError:
    if isinstance(error, ConnectError):
        return httpx2.ConnectError(from_wire_error(error, str(request.url)).message, request=request)
    if isinstance(error, BadAddressError):
        return httpx2.UnsupportedProtocol(str(error), request=request)
    kind = httpx2.LocalProtocolError if isinstance(error, BadHeaderError) else httpx2.RemoteProtocolError
    return kind(str(error), request=request)
