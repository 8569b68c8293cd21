"""One HTTP endpoint of an upstream: POST a message, read JSON or an event stream."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from mcptui import __version__
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.sse import Event, EventParser, EventTooLargeError
from mcptui.upstream.errors import (
    NotMcpError,
    UpstreamError,
    UpstreamLoginError,
    from_wire_error,
    public_url,
)
from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import WireError
from mcptui.upstream.wire.head import header_lines, request_line
from mcptui.upstream.wire.response import Response

log = logging.getLogger(__name__)

#: The most bytes one message of an upstream may have.
MAX_MESSAGE: Final = 256 * 1024 * 1024
#: Shorter values of headers are no secrets, characters.
_SECRET: Final = 6
#: What every request carries, where the configuration says nothing else.
_OWN: Final = {
    "accept": "application/json, text/event-stream",
    "accept-encoding": "gzip, deflate",
    "content-type": "application/json",
    "user-agent": f"mcptui/{__version__}",
}


class Endpoint:
    """A URL with the headers of this connection.

    Args:
        client: the shared HTTP client.
        url: where to POST.
        headers: configured headers, references already resolved.
    """

    def __init__(self, client: HttpClient, url: str, headers: Mapping[str, str]) -> None:
        self._client = client
        self.url = url
        self._own_headers = headers
        self._headers = {**_OWN, **{name.lower(): value for name, value in headers.items()}}
        #: The head of a POST as far as it is the same for all; made at the first.
        self._post_head: tuple[Address, bytes] | None = None

    def at(self, url: str) -> Endpoint:
        """The same at another URL."""
        return Endpoint(self._client, url, self._own_headers)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Response:
        """POST and return the response with its body unread; the caller releases it.

        Raises:
            UpstreamError: no connection, or a redirect to another origin.
        """
        url = self.url
        try:
            if self._post_head is None:
                address = Address.parse(url)
                self._post_head = (address, self._head("POST", address, {}))
            address, head = self._post_head
            if not self._headers.keys().isdisjoint(headers):
                head = self._head("POST", address, headers)
            elif headers:
                head += header_lines(headers)
            for _ in range(3):
                response = await self._client.send(address, b"%bcontent-length: %d\r\n\r\n" % (head, len(body)), body)
                if response.status not in (307, 308):
                    return response
                target = urljoin(url, response.headers.get("location", ""))
                response.close()
                if urlsplit(target)[:2] != urlsplit(url)[:2]:
                    raise UpstreamError(
                        f"{public_url(url)} redirects to another origin, {public_url(target)}",
                        hint="If that is intended, configure the new URL; credentials are not sent to it otherwise.",
                    )
                url, address = target, Address.parse(target)
                head = self._head("POST", address, headers)
        except WireError as error:
            raise from_wire_error(error, url) from None
        raise UpstreamError(f"{public_url(self.url)} redirects in a circle")

    async def get(self, headers: Mapping[str, str]) -> Response:
        """Open an event stream with GET; the caller closes the response.

        Raises:
            UpstreamError: no connection.
        """
        return await self._bodiless("GET", {**headers, "accept": "text/event-stream"})

    async def delete(self, headers: Mapping[str, str]) -> None:
        """End a session; what the server says to it does not matter."""
        try:
            async with asyncio.timeout(2):
                response = await self._bodiless("DELETE", headers)
                response.close()
        except (UpstreamError, TimeoutError):
            log.debug("a session could not be ended at the server")

    async def _bodiless(self, method: str, headers: Mapping[str, str]) -> Response:
        try:
            address = Address.parse(self.url)
            return await self._client.send(address, self._head(method, address, headers) + b"\r\n")
        except WireError as error:
            raise from_wire_error(error, self.url) from None

    def _head(self, method: str, address: Address, headers: Mapping[str, str]) -> bytes:
        merged = {**self._headers, **headers}
        if address.authorization is not None:
            merged.setdefault("authorization", address.authorization)
        if method != "POST":
            del merged["content-type"]
        return request_line(method, address) + header_lines(merged)

    async def events(self, response: Response, parser: EventParser | None = None) -> AsyncGenerator[Event, None]:
        """The events of a stream until it ends; ``parser`` for whoever wants to know its retry time.

        Raises:
            UpstreamError: the stream broke or an event is too large.
        """
        parser = parser or EventParser(limit=MAX_MESSAGE)
        try:
            async with contextlib.aclosing(response.chunks()) as chunks:
                async for chunk in chunks:
                    for event in parser.feed(chunk):
                        yield event
        except EventTooLargeError as error:
            raise UpstreamError(f"{public_url(self.url)}: {error}", ran=True) from None
        except WireError as error:
            raise from_wire_error(error, self.url) from None

    async def body(self, response: Response) -> bytes:
        """The whole body, bounded."""
        try:
            return await response.read(MAX_MESSAGE)
        except WireError as error:
            raise from_wire_error(error, self.url) from None

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

    def refusal(self, status: int, words: str = "") -> UpstreamError:
        """The error for an HTTP status that carries no JSON-RPC answer; ``words`` are what the server says to it."""
        where = public_url(self.url)
        said = f'; it says "{self._without_credentials(words)}"' if words else ""
        if status in (401, 403):
            return UpstreamLoginError(
                f"{where} answered {status}: the credential is missing or refused{said}",
                hint="Set auth_type and the secret of this server (e in the server list, or mcptui server edit).",
                status=status,
            )
        if status == 404:
            message, hint = f"{where} answered 404: nothing is there{said}", "Check the path, often /mcp or /sse."
            return NotMcpError(message, hint=hint, status=status)
        if status in (400, 495, 496) and "ssl certificate" in words.lower():  # nginx says it after the handshake
            message = (
                f"{where} answered {status}: it does not take the TLS certificate of this client, or wants one{said}"
            )
            return NotMcpError(message, hint="Set client_cert and client_key to one that it knows.", status=status)
        if status in (400, 405, 406, 415, 501):
            message = f"{where} answered {status}: it takes no MCP messages{said}"
            return NotMcpError(message, hint="Is this the URL of an MCP endpoint?", status=status)
        if status == 429:
            message = f"{where} answered 429: too many requests{said}"
            return UpstreamError(message, hint="Try again later.", status=status)
        problem = ": the server has a problem" if status >= 500 else ""
        return UpstreamError(f"{where} answered {status}{problem}{said}", ran=status >= 500, status=status)

    def _without_credentials(self, words: str) -> str:
        """Servers quote what they were shown; that is for nobody's eyes."""
        for value in self._shown():
            words = words.replace(value, "…")
        return words

    def _shown(self) -> Iterator[str]:
        """What a server was shown of secrets: values of headers and of the URL's query, and their last words."""
        query = [value for _, value in parse_qsl(urlsplit(self.url).query)]
        for value in (*self._own_headers.values(), *query):
            yield from (part for part in (value, value.rpartition(" ")[2]) if len(part) >= _SECRET)
