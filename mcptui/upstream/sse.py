"""A session over the HTTP+SSE transport of 2024-11-05: one long GET, POSTs to the URL it names."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from urllib.parse import urljoin, urlsplit

from mcptui.protocol import jsonrpc
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.text import public_url
from mcptui.tasks import start_task
from mcptui.upstream.call import Announce, Call, Peer
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import NotMcpError, NotReadError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.handshake import Opening, has_roots, shake_hands
from mcptui.upstream.http import Endpoint
from mcptui.upstream.lost_session import is_lost
from mcptui.upstream.pending import Pending
from mcptui.upstream.refusal import Refusal
from mcptui.upstream.wire.response import Response


class SseSession:
    """One session, alive as long as its GET stream."""

    peer: Peer

    def __init__(self, endpoint: Endpoint, announce: Announce) -> None:
        self._stream = endpoint
        self._post: asyncio.Future[Endpoint] = asyncio.get_running_loop().create_future()
        self._dispatcher = Dispatcher(self._send, announce, endpoint.remark, endpoint.limits)
        self._reader: asyncio.Task[None] | None = None
        self._is_open = False

    @classmethod
    async def open(
        cls,
        endpoint: Endpoint,
        opening: Opening,
        announce: Announce,
    ) -> SseSession:
        """Open the stream, wait for the ``endpoint`` event, initialise.

        Raises:
            RpcError: the server answered with an error.
            UpstreamError: no MCP answer came.
        """
        session = cls(endpoint, announce)
        try:
            await session._connect(opening.timeout)
            session.peer = await shake_hands(session._dispatcher, opening)
            session._is_open = True
            if has_roots(opening):
                await session._dispatcher.settle()
        except BaseException:
            await session.close()
            raise
        return session

    async def _connect(self, patience: float) -> None:
        """Open the stream, and wait for the URL that it names; both within ``patience`` seconds."""
        url = public_url(self._stream.url)
        try:
            async with asyncio.timeout(patience):
                response = await self._stream.get({})
                if response.status >= 400:
                    response.close()
                    raise self._stream.refusal(response.status)
                if response.content_type != "text/event-stream":
                    response.close()
                    raise NotMcpError(
                        f"{url} answered with {response.content_type}, not with an event stream",
                        hint="An SSE server's URL often ends in /sse.",
                    )
                self._reader = start_task(self._read(response), name="upstream SSE stream")
                await asyncio.shield(self._post)
        except TimeoutError:
            if self._reader is None:
                raise UpstreamTimeoutError(f"{url} opened no event stream within {patience:g} s") from None
            raise NotMcpError(f"{url} sent no endpoint event", hint="Is it an MCP server?") from None

    @property
    def closed(self) -> bool:
        """Whether the stream has ended."""
        return self._dispatcher.closed

    @property
    def hears(self) -> bool:
        """Whether what the server says outside calls would arrive now."""
        return not self.closed

    async def request(self, call: Call) -> dict[str, Any]:
        """POST a request; its answer comes on the stream."""
        return await self._dispatcher.request(call)

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        """Send a notification."""
        await self._dispatcher.notify(method, params)

    async def close(self) -> None:
        """Close the stream, which is the end of the session."""
        self._dispatcher.fail(UpstreamError("the session was closed"))
        if self._reader is not None:
            self._reader.cancel()

    async def _send(self, message: Message, pending: Pending | None) -> None:
        endpoint = await asyncio.shield(self._post)
        response = await endpoint.post(jsonrpc.encode(message), pending.call.headers if pending else {})
        try:
            if response.status < 400:
                return
            refusal = Refusal(response.status, await endpoint.refused_body(response))
            if (
                self._is_open
                and pending is not None
                and await is_lost(refusal, pending, endpoint.url, self._dispatcher)
            ):
                # It ends nothing else: what the server is answering may still come on the stream.
                lost = NotReadError(f"{public_url(endpoint.url)} has forgotten the session")
                self._dispatcher.retire(lost)
                raise lost
            if pending is None or refusal.error is None or refusal.status == 401:
                raise endpoint.refusal(refusal.status, refusal.words)
            await self._dispatcher.deliver({**refusal.error, "id": pending.id}, pending)
        finally:
            response.release()

    async def _read(self, response: Response) -> None:
        failure = UpstreamError(f"{public_url(self._stream.url)} closed the stream", ran=True)
        try:
            reading = self._stream.reading(response)
            events = self._stream.events(response, self._stream.shared_parser(), reading=reading)
            async with contextlib.aclosing(events):
                async for event in events:
                    if event.event == "endpoint":
                        self._endpoint(event.data.decode("utf-8", "replace"))
                        continue
                    message = await self._stream.event_message(event, self._dispatcher.unreadable, reading)
                    if message is not None:
                        await self._dispatcher.deliver(message)
        except UpstreamError as error:
            failure = error
        finally:
            response.close()
            if not self._post.done():
                self._post.set_exception(failure)
                self._post.exception()  # seen: nobody may be waiting for it any more
            self._dispatcher.fail(failure)

    def _endpoint(self, location: str) -> None:
        if self._post.done():
            return
        url = urljoin(self._stream.url, location)
        if urlsplit(url)[:2] != urlsplit(self._stream.url)[:2]:
            self._post.set_exception(
                UpstreamError(f"{public_url(self._stream.url)} names a POST URL of another origin")
            )
        else:
            self._post.set_result(self._stream.at(url))
