"""One HTTP endpoint of an upstream: POST a message, read JSON or an event stream."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from mcptui import __version__
from mcptui.model.limits import Limits
from mcptui.protocol.errors import RpcError
from mcptui.protocol.jsonrpc import TooManyValuesError
from mcptui.protocol.lenient import Remark, read_json_bounded
from mcptui.protocol.sse import Event, EventParser, EventTooLargeError, beginning_and_end
from mcptui.protocol.text import public_url
from mcptui.tasks import beside_others
from mcptui.upstream.errors import (
    MessageTooLargeError,
    NotMcpError,
    UpstreamError,
    from_wire_error,
)
from mcptui.upstream.large_messages import LargeMessages, Reading
from mcptui.upstream.refusal import CHECK_URL, refused
from mcptui.upstream.remarks import unremarked
from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import TooLargeError, WireError
from mcptui.upstream.wire.head import header_lines, request_line
from mcptui.upstream.wire.response import Response

log = logging.getLogger(__name__)

#: What a server says to a request that it refuses has at most so many bytes.
MAX_REFUSAL: Final = 1024 * 1024
#: Shorter values of headers are no secrets, characters.
_SECRET: Final = 6
#: Redirects that keep the method; a GET follows the others too.
_REDIRECTS_POST: Final = (307, 308)
_REDIRECTS_GET: Final = (301, 302, 303, *_REDIRECTS_POST)
_MOST_REDIRECTS: Final = 3
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
        remark: takes what the server does otherwise than the protocol says.
        limits: those in effect.
        large: bounds what is read of large messages at once.
    """

    def __init__(
        self,
        client: HttpClient,
        url: str,
        headers: Mapping[str, str],
        remark: Remark = unremarked,
        limits: Callable[[], Limits] = Limits,
        large: LargeMessages | None = None,
    ) -> None:
        self._client = client
        self._large = LargeMessages(lambda: limits().max_large_bytes) if large is None else large
        self.limits = limits
        self.url = url
        self.remark = remark
        self._own_headers = headers
        self._headers = {**_OWN, **{name.lower(): value for name, value in headers.items()}}
        #: The head of a POST as far as it is the same for all; made at the first.
        self._post_head: tuple[Address, bytes] | None = None

    def at(self, url: str) -> Endpoint:
        """The same at another URL."""
        return Endpoint(self._client, url, self._own_headers, self.remark, self.limits, self._large)

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
            for _ in range(_MOST_REDIRECTS):
                response = await self._client.send(address, b"%bcontent-length: %d\r\n\r\n" % (head, len(body)), body)
                if response.status not in _REDIRECTS_POST:
                    return response
                url = self._redirected(response, url)
                address = Address.parse(url)
                head = self._head("POST", address, headers)
        except WireError as error:
            raise from_wire_error(error, url) from None
        raise UpstreamError(f"{public_url(self.url)} redirects in a circle", status=response.status)

    async def get(self, headers: Mapping[str, str]) -> Response:
        """Open an event stream with GET; the caller closes the response.

        Raises:
            UpstreamError: no connection, or a redirect to another origin.
        """
        url = self.url
        for _ in range(_MOST_REDIRECTS):
            response = await self._bodiless("GET", url, {**headers, "accept": "text/event-stream"})
            if response.status not in _REDIRECTS_GET:
                return response
            url = self._redirected(response, url)
        raise UpstreamError(f"{public_url(self.url)} redirects in a circle", status=response.status)

    @staticmethod
    def _redirected(response: Response, url: str) -> str:
        """Where a redirect leads, if that is a place where the credentials may be shown too."""
        target = urljoin(url, response.headers.get("location", ""))
        response.close()
        if urlsplit(target)[:2] == urlsplit(url)[:2]:
            return target
        raise UpstreamError(
            f"{public_url(url)} redirects to another origin, {public_url(target)}",
            hint="If that is intended, configure the new URL; credentials are not sent to it otherwise.",
            status=response.status,
        )

    async def delete(self, headers: Mapping[str, str]) -> None:
        """End a session; what the server says to it does not matter."""
        try:
            async with asyncio.timeout(2):
                response = await self._bodiless("DELETE", self.url, headers)
                response.close()
        except (UpstreamError, TimeoutError):
            log.debug("a session could not be ended at the server")

    async def _bodiless(self, method: str, url: str, headers: Mapping[str, str]) -> Response:
        try:
            address = Address.parse(url)
            return await self._client.send(address, self._head(method, address, headers) + b"\r\n")
        except WireError as error:
            raise from_wire_error(error, url) from None

    def _head(self, method: str, address: Address, headers: Mapping[str, str]) -> bytes:
        merged = {**self._headers, **headers}
        if address.authorization is not None:
            merged.setdefault("authorization", address.authorization)
        if method != "POST":
            del merged["content-type"]
        return request_line(method, address) + header_lines(merged)

    def reading(self, response: Response, key: str = "") -> Reading:
        """Counts what is held of large messages of ``response``, which ``key`` has asked for."""
        return self._large.reading(self.url, response.give_up, key)

    async def events(
        self,
        response: Response,
        parser: EventParser | None = None,
        heard: Callable[[], None] | None = None,
        reading: Reading | None = None,
    ) -> AsyncGenerator[Event, None]:
        """The messages of a stream until it ends.

        Args:
            response: the stream.
            parser: for whoever wants to know its retry time.
            heard: called for whatever comes, comments included.
            reading: counts what is held of it, until the stream is closed.

        Raises:
            UpstreamError: the stream broke or an event is too large.
        """
        parser = parser or EventParser(limit=self.limits().max_message_bytes)
        try:
            async with contextlib.aclosing(response.chunks()) as chunks:
                async for chunk in chunks:
                    if heard is not None:
                        heard()
                    for event in parser.feed(chunk):
                        yield event
                    if reading is not None:
                        await reading.holds(parser.held)
        except EventTooLargeError:
            raise self._too_large() from None
        except WireError as error:
            raise from_wire_error(error, self.url) from None
        finally:
            if reading is not None:
                reading.end()

    def shared_parser(self) -> EventParser:
        """For a stream with what is for several calls: an event that is too large is passed over."""
        return EventParser(limit=self.limits().max_message_bytes, passes_over=True)

    def _too_large(self) -> MessageTooLargeError:
        return MessageTooLargeError.bytes(public_url(self.url), self.limits().max_message_bytes)

    async def refused_body(self, response: Response) -> bytes:
        """What a server says to a request that it refuses; nothing where that is far too much."""
        try:
            return await response.read(MAX_REFUSAL)
        except TooLargeError:
            return b""
        except WireError as error:
            raise from_wire_error(error, self.url) from None

    async def body(self, response: Response, reading: Reading | None = None) -> bytes:
        """The whole body, counted by ``reading``.

        Raises:
            MessageTooLargeError: it has more bytes than a message may have.
            UpstreamError: it breaks off.
        """
        try:
            return await response.read(self.limits().max_message_bytes, None if reading is None else reading.holds)
        except TooLargeError:
            raise self._too_large() from None
        except WireError as error:
            raise from_wire_error(error, self.url) from None

    async def answer(self, response: Response, reading: Reading) -> bytes | None:
        """The message that answers a POST, counted by ``reading``; None for an event stream.

        Where the content type is none of MCP's, what is there counts.

        Raises:
            NotMcpError: it is nothing of MCP.
            MessageTooLargeError: it has more bytes than a message may have.
            UpstreamError: the body breaks.
        """
        kind = response.content_type
        if kind == "text/event-stream":
            return None
        body = await self.body(response, reading)
        if kind == "application/json":
            return body
        if body.lstrip()[:1] not in (b"{", b"["):
            raise NotMcpError(
                f"{public_url(self.url)} answered with {kind or 'nothing'}, not with MCP",
                hint=CHECK_URL,
            )
        self.remark(f"answers with the content type {kind}" if kind else "answers without a content type")
        return body

    async def event_message(
        self,
        event: Event,
        unreadable: Callable[[bytes, UpstreamError | None], None],
        reading: Reading | None = None,
    ) -> Any:
        """The message of an event; None where it has none, as the pings of some servers.

        Args:
            event: of a stream.
            unreadable: told of one that cannot be read, and why if it is not for being no JSON.
            reading: has counted it, and counts it no longer.
        """
        if event.event != "message" or not event.data:
            return None
        if event.is_cut:
            unreadable(event.data, self._too_large())
            return None
        try:
            return await self._read(event.data, reading)
        except MessageTooLargeError as error:
            unreadable(beginning_and_end(event.data), error)
        except RpcError:
            unreadable(event.data, None)
        return None

    async def message(self, body: bytes, reading: Reading | None = None) -> Any:
        """Decode a message that the server sent, and that ``reading`` has counted.

        Raises:
            NotMcpError: it is not JSON.
            MessageTooLargeError: it has more values than a message may have.
        """
        try:
            return await self._read(body, reading)
        except RpcError:
            raise NotMcpError(
                f"{public_url(self.url)} did not answer with JSON",
                hint=CHECK_URL,
                ran=True,
            ) from None

    async def _read(self, body: bytes, reading: Reading | None) -> Any:
        most = self.limits().max_json_values
        if reading is not None:
            reading.is_whole = True
        try:
            return await beside_others(len(body), read_json_bounded, body, most, self.remark)
        except TooManyValuesError:
            raise MessageTooLargeError.values(public_url(self.url), most) from None
        finally:
            if reading is not None:
                reading.end()

    def refusal(self, status: int, words: str = "") -> UpstreamError:
        """The error for an HTTP status that carries no JSON-RPC answer; ``words`` are what the server says to it."""
        return refused(public_url(self.url), status, self._without_credentials(words))

    def _without_credentials(self, words: str) -> str:
        """Servers quote what they were shown; that is for nobody's eyes."""
        shown = {part for value in self._shown() for part in _parts(value) if len(part) >= _SECRET}
        for part in sorted(shown, key=len, reverse=True):
            words = words.replace(part, "…")
        return words

    def _shown(self) -> Iterator[str]:
        """What a server was shown of secrets: values of headers, of the URL's query and of its user info."""
        parts = urlsplit(self.url)
        yield from self._own_headers.values()
        yield from (value for _, value in parse_qsl(parts.query))
        yield from filter(None, (Address.parse(self.url).authorization, parts.username, parts.password))


def _parts(value: str) -> Iterator[str]:
    """A value that may be a credential, and what of it is one."""
    yield value
    scheme, _, word = value.rpartition(" ")
    yield word
    if scheme.lower() == "basic":
        with contextlib.suppress(ValueError):
            pair = base64.b64decode(word).decode()
            yield from (pair, *pair.partition(":")[::2])
