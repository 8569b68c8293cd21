"""The HTTP answer to one request: JSON, or an event stream from the moment something must stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mcptui.gateway.fronts.http.client_watch import ClientWatch
from mcptui.gateway.fronts.http.incoming import Headers, Incoming
from mcptui.gateway.fronts.http.stream import JSON_SIGN, StreamWriter
from mcptui.gateway.pipeline import Parts
from mcptui.protocol.sse import encode_event
from mcptui.tasks import start_task


class Answer(ClientWatch):
    """Writes the answer, in a block during which the client is watched.

    An answer that takes long begins before it is known, so that no proxy and no client takes the silence for a
    failure: as an event stream where the client reads one, else as JSON text that starts with white space. Its
    status is 200 then, and an error is told in the body alone.

    Args:
        incoming: the request.
        headers: headers of the response, whichever form it takes.
        cancels: as of :class:`ClientWatch`: closing the connection cancels a call of the stateless era.
    """

    def __init__(self, incoming: Incoming, *, headers: Headers = (), cancels: bool) -> None:
        super().__init__(incoming, cancels=cancels)
        self._headers = headers
        self._stream: StreamWriter | None = None
        self._is_json = False
        #: How an answer begins that takes long, where a front knows better.
        self.begin: Callable[[], Awaitable[object]] | None = None

    def takes_long(self) -> None:
        """Begin, if nothing has been sent yet."""
        start_task(self._show_life(), name="sign of life")

    async def _show_life(self) -> None:
        if self._is_silent():
            await (self.begin or self._begin)()
            await self._sign()

    def _is_silent(self) -> bool:
        return self._stream is None and not self.is_over and not self.left

    async def _sign(self) -> None:
        """The head alone is no byte to those who wait for a body."""
        if self._stream is not None and not self.is_over:
            await self._stream.show_life()

    async def _begin(self) -> None:
        if self._incoming.accepts_stream:
            await self.open_stream()
        else:
            self._is_json = True
            self._stream = StreamWriter(self._incoming.send, self._headers, b"application/json", JSON_SIGN)
            await self._stream.open()

    def client_left(self) -> None:
        """No more comments to nobody."""
        if self._stream is not None:
            self._stream.stop()

    async def open_stream(self) -> StreamWriter:
        """Commit to an event stream; the status is then 200."""
        if self._stream is None:
            self._stream = StreamWriter(self._incoming.send, self._headers)
        await self._stream.open()
        return self._stream

    async def event(
        self, data: bytes, *, name: str = "message", id_: str | None = None, retry_ms: int | None = None
    ) -> None:
        """Send one event on the stream, opening it if need be; nothing where the answer has begun as JSON."""
        if self._is_json:
            return
        stream = await self.open_stream()
        await stream.write(encode_event(data, event=name if data else None, id_=id_, retry_ms=retry_ms))

    async def finish(self, status: int, body: bytes | Parts, headers: Headers = ()) -> None:
        """The final message: the last event of the stream, or the JSON body with ``status`` and ``headers``."""
        self.stop_watching()
        if self._stream is not None:
            whole = body if isinstance(body, bytes) else b"".join(body)
            await self.event(whole)
            await self._stream.end(whole if self._is_json else b"")
        else:
            await self._incoming.answer_json(status, body, [*self._headers, *headers])

    async def end(self) -> None:
        """End the stream."""
        self.stop_watching()
        await (await self.open_stream()).end()

    def stop_watching(self) -> None:
        """The call is over."""
        super().stop_watching()
        if self._stream is not None:
            self._stream.stop()
