"""The HTTP answer to one request: JSON, or an event stream from the moment something must stream."""

from __future__ import annotations

from mcptui.gateway.fronts.http.client_watch import ClientWatch
from mcptui.gateway.fronts.http.incoming import Headers, Incoming
from mcptui.gateway.fronts.http.stream import StreamWriter
from mcptui.gateway.pipeline import Parts
from mcptui.protocol.sse import encode_event


class Answer(ClientWatch):
    """Writes the answer, in a block during which the client is watched.

    Args:
        incoming: the request.
        headers: headers of the response, whichever form it takes.
        cancels: as of :class:`ClientWatch`: closing the connection cancels a call of the stateless era.
    """

    def __init__(self, incoming: Incoming, *, headers: Headers = (), cancels: bool) -> None:
        super().__init__(incoming, cancels=cancels)
        self._headers = headers
        self._stream: StreamWriter | None = None

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
        """Send one event on the stream, opening it if need be."""
        stream = await self.open_stream()
        await stream.write(encode_event(data, event=name if data else None, id_=id_, retry_ms=retry_ms))

    async def finish(self, status: int, body: bytes | Parts, headers: Headers = ()) -> None:
        """The final message: the last event of the stream, or the JSON body with ``status`` and ``headers``."""
        self.stop_watching()
        if self._stream is not None:
            await self.event(body if isinstance(body, bytes) else b"".join(body))
            await self.end()
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
