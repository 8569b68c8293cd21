"""One HTTP request as every front gets it, and the plain ways to answer it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from typing import Any, Final, TypeAlias

from starlette.types import Message, Receive, Send

from mcptui.gateway.pipeline import Parts
from mcptui.numbers import whole_number

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]

_EMPTY: Final = (b"content-length", b"0")
_JSON: Final = (b"content-type", b"application/json")


class BodyTooLargeError(Exception):
    """The request's body is larger than max_body_bytes."""


class ClientGoneError(Exception):
    """The client has closed the connection in the middle of its request (RFC 9112 section 8: no part of it counts)."""


class Incoming:
    """A request whose Host and Origin have been checked.

    Args:
        method: of HTTP.
        path: decoded, without the query.
        query: the query string as it was sent.
        headers: by lower-case name, the values in order, so that duplicates stay visible.
        address: the client's, where it is known; behind a trusted proxy what that says.
        receive: the request's channel.
        send: the response's channel.
    """

    __slots__ = ("address", "headers", "method", "parameters", "path", "query", "receive", "send")

    def __init__(
        self,
        method: str,
        path: str,
        query: bytes,
        headers: Mapping[str, list[str]],
        address: str | None,
        receive: Receive,
        send: Send,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.address = address
        self.receive = receive
        self.send = send
        #: What the pattern of the path has found in it, by name.
        self.parameters: Mapping[str, str] = {}

    @property
    def what(self) -> str:
        """Method and path, as a record shows them."""
        return f"{self.method} {self.path}"

    @property
    def accepts_stream(self) -> bool:
        """Whether the client says that it reads event streams; ``*/*`` comes from those that expect one body."""
        return "text/event-stream" in ",".join(self.headers.get("accept", ()))

    async def body(self, limit: int) -> bytes:
        """The whole body.

        Raises:
            BodyTooLargeError: more than ``limit`` bytes, announced or sent.
            ClientGoneError: it has not come whole.
        """
        self._check_announced(limit)
        first = await self.receive()
        if first.get("more_body", False) or first["type"] == "http.disconnect" or len(first["body"]) > limit:
            return b"".join([piece async for piece in self.pieces(limit, first)])
        whole: bytes = first["body"]
        return whole

    async def pieces(self, limit: int, first: Message | None = None) -> AsyncIterator[bytes]:
        """The body as it comes, after its ``first`` piece where that has come.

        Raises:
            BodyTooLargeError: more than ``limit`` bytes, announced or sent.
            ClientGoneError: it has not come whole.
        """
        self._check_announced(limit)
        size, more = 0, True
        while more:
            message, first = first or await self.receive(), None
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            piece: bytes = message.get("body", b"")
            more = message.get("more_body", False)
            size += len(piece)
            if size > limit:
                raise BodyTooLargeError
            yield piece

    def _check_announced(self, limit: int) -> None:
        for announced in self.headers.get("content-length", ()):
            if (whole_number(announced) or 0) > limit:
                raise BodyTooLargeError

    async def gone(self) -> None:
        """Return when the client has closed the connection; the body must have been read."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    def answer_json(self, status: int, body: bytes | Parts, headers: Headers = ()) -> Coroutine[Any, Any, None]:
        """One complete JSON response."""
        return send_json(self.send, status, body, headers)

    async def answer_empty(self, status: int, headers: Headers = ()) -> None:
        """A response without a body."""
        await send_whole(self.send, status, [_EMPTY, *headers], (b"",))


def send_json(send: Send, status: int, body: bytes | Parts, headers: Headers = ()) -> Coroutine[Any, Any, None]:
    """One complete JSON response."""
    parts = (body,) if isinstance(body, bytes) else body
    size = (b"content-length", b"%d" % sum(map(len, parts)))
    return send_whole(send, status, [_JSON, size, *headers], parts)


async def send_whole(send: Send, status: int, headers: Headers, parts: Parts) -> None:
    """One complete response, whose ``headers`` say its length."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for part in parts[:-1]:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": parts[-1]})
