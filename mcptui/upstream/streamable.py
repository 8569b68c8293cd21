"""A handshake session over Streamable HTTP (2025-03-26 … 2025-11-25)."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from typing import Any, Final

from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.sse import EventParser
from mcptui.protocol.text import public_url
from mcptui.tasks import start_task
from mcptui.upstream.call import Announce, Call, Peer
from mcptui.upstream.dispatcher import PING_PATIENCE, Dispatcher
from mcptui.upstream.errors import FloodError, MessageTooLargeError, NotReadError, UpstreamError
from mcptui.upstream.handshake import Opening, has_roots, shake_hands
from mcptui.upstream.http import Endpoint
from mcptui.upstream.lost_session import PING, is_lost
from mcptui.upstream.pending import Pending
from mcptui.upstream.refusal import Refusal
from mcptui.upstream.wire.response import Response

log = logging.getLogger(__name__)

#: How often a broken answer stream is resumed with Last-Event-ID before the call fails.
MAX_RESUMES: Final = 5
#: The wait before that where the server names none, and the longest that it may name, seconds.
_RETRY: Final = 0.1
_MAX_RETRY: Final = 10.0
#: Pauses before the server-initiated stream is opened again, seconds.
_REOPEN: Final = (1, 2, 5, 15, 30)
#: A stream that was open for so long was a good one: after it the pauses begin anew, seconds.
_GOOD: Final = 30.0


class StreamableSession:
    """One session; requests run side by side, each on its own POST."""

    peer: Peer

    def __init__(self, endpoint: Endpoint, announce: Announce) -> None:
        self._endpoint = endpoint
        self._dispatcher = Dispatcher(self._send, announce, endpoint.remark, endpoint.limits)
        self._session: dict[str, str] = {}
        self._listener: asyncio.Task[None] | None = None
        self._doubting: asyncio.Task[None] | None = None
        #: The GET stream is open, or the server has none.
        self._listens = asyncio.Event()

    @classmethod
    async def open(cls, endpoint: Endpoint, opening: Opening, announce: Announce) -> StreamableSession:
        """Initialise a session and listen to what the server says on its own.

        Raises:
            RpcError: the server answered with an error.
            UpstreamError: no MCP answer came.
        """
        session = cls(endpoint, announce)
        try:
            await session._open(opening)
        except BaseException:
            # Whoever it was for may have gone: nothing of it stays at the server.
            await session.close()
            raise
        return session

    async def _open(self, opening: Opening) -> None:
        self.peer = await shake_hands(self._dispatcher, opening)
        self._session[h.PROTOCOL_VERSION] = self.peer.version
        self._listener = start_task(self._listen(), name="upstream GET stream")
        if has_roots(opening):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PING_PATIENCE):
                    await self._listens.wait()
            await self._dispatcher.settle()

    @property
    def closed(self) -> bool:
        """Whether the session is gone."""
        return self._dispatcher.closed

    @property
    def hears(self) -> bool:
        """Whether what the server says outside calls would arrive now."""
        return self._listener is not None and not self._listener.done()

    async def request(self, call: Call) -> dict[str, Any]:
        """Send a request on its own POST and wait for its answer."""
        return await self._dispatcher.request(call)

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        """Send a notification."""
        await self._dispatcher.notify(method, params)

    async def close(self) -> None:
        """End the session at the server too."""
        for task in (self._listener, self._doubting):
            if task is not None:
                task.cancel()
        was_open = not self.closed
        self._dispatcher.fail(UpstreamError("the session was closed"))
        if was_open and h.SESSION_ID in self._session:
            await self._endpoint.delete(self._session)

    async def _send(self, message: Message, pending: Pending | None) -> None:
        headers = {**self._session, **pending.call.headers} if pending else self._session
        response = await self._endpoint.post(jsonrpc.encode(message), headers)
        try:
            if pending is not None:
                await self._answer(response, pending)
            elif response.status >= 400:
                raise self._endpoint.refusal(response.status)
            response.release()
        except BaseException:
            response.close()
            raise

    async def _answer(self, response: Response, pending: Pending) -> None:
        if response.status >= 400:
            await self._refused(Refusal(response.status, await self._endpoint.refused_body(response)), pending)
        else:
            with self._endpoint.reading(response, pending.call.key) as reading:
                body = await self._endpoint.answer(response, reading)
                self._keep_session(response, pending)
                message = None if body is None else await self._endpoint.message(body, reading)
            if body is None:
                await self._read(response, pending)
            else:
                await self._check_first(message, pending)
                await self._dispatcher.deliver(message, pending)
        if not pending.answer.done():
            raise UpstreamError(f"{public_url(self._endpoint.url)} gave no answer to the request", ran=True)

    async def _check_first(self, message: Any, pending: Pending) -> None:
        """What an answer begins with may say that the session is gone: whatever follows is said by one who has read."""
        if isinstance(message, dict) and message.get("error") is not None:
            await self._check_session(Refusal(200, jsonrpc.encode(message)), pending)

    def _keep_session(self, response: Response, pending: Pending) -> None:
        if pending.call.method == "initialize" and (id_ := response.headers.get(h.SESSION_ID)):
            self._session[h.SESSION_ID] = id_

    async def _refused(self, refusal: Refusal, pending: Pending) -> None:
        """The server's error to the request goes to who waits for it; anything else is raised."""
        await self._check_session(refusal, pending)
        if refusal.error is None or refusal.status == 401:
            self._doubt(pending)
            raise self._endpoint.refusal(refusal.status, refusal.words)
        # The id may be missing, where the server could not read it.
        await self._dispatcher.deliver({**refusal.error, "id": pending.id}, pending)

    async def _check_session(self, refusal: Refusal, pending: Pending) -> None:
        """Raise NotReadError where the request was for a session that the server does not know."""
        if await is_lost(refusal, pending, self._session.get(h.SESSION_ID), self._dispatcher):
            # It ends nothing else: what the server is answering in this session, it goes on to answer.
            lost = NotReadError(f"{public_url(self._endpoint.url)} has forgotten the session")
            self._dispatcher.retire(lost)
            raise lost

    def _doubt(self, pending: Pending) -> None:
        """After an answer that is not MCP's: a session that is refused as such is not used any more."""
        if h.SESSION_ID in self._session and pending.call.method not in ("initialize", "ping"):
            self._doubting = start_task(self._ask_for_life(), name="ping of a session in doubt")

    async def _ask_for_life(self) -> None:
        try:
            await self._dispatcher.request(Call(method="ping", params={}, timeout=PING))
        except RpcError:
            log.debug("the session lives; its server knows no ping")
        except UpstreamError as error:
            if error.status is not None:
                self._dispatcher.retire(error)

    async def _read(self, response: Response, pending: Pending) -> None:
        """Read the call's stream; when it breaks and had event ids, go on where it broke (SEP-1699)."""
        with contextlib.ExitStack() as resumed:  # a server may leave a stream open that has said everything
            await self._read_on(response, pending, resumed)

    async def _read_on(self, response: Response, pending: Pending, resumed: contextlib.ExitStack) -> None:
        last_id, resumes, is_first = None, 0, True
        unreadable = functools.partial(self._dispatcher.unreadable, origin=pending)
        while True:
            parser = EventParser(limit=self._endpoint.limits().max_message_bytes)
            try:
                reading = self._endpoint.reading(response, pending.call.key)
                events = self._endpoint.events(response, parser, pending.deadline.extend, reading)
                async with contextlib.aclosing(events):
                    async for event in events:
                        last_id = event.id or last_id
                        message = await self._endpoint.event_message(event, unreadable, reading)
                        if is_first:
                            await self._check_first(message, pending)
                            is_first = False
                        if message is not None:
                            await self._dispatcher.deliver(message, pending)
                        if pending.answer.done():
                            return
            except (FloodError, MessageTooLargeError):
                raise
            except UpstreamError:
                if last_id is None or resumes >= MAX_RESUMES:
                    raise
            if last_id is None or resumes >= MAX_RESUMES:
                return
            resumes += 1
            response.close()
            retry = _RETRY if parser.retry_ms is None else parser.retry_ms / 1000
            await asyncio.sleep(min(retry * resumes, _MAX_RETRY))
            response = await self._endpoint.get({**self._session, h.LAST_EVENT_ID: last_id})
            resumed.callback(response.close)
            if response.status != 200 or response.content_type != "text/event-stream":
                return

    async def _listen(self) -> None:
        """Hold the GET stream; without one the server can only speak during calls."""
        clock, pauses = asyncio.get_running_loop().time, iter(_REOPEN)
        while not self.closed:
            began = clock()
            if not await self._listen_once():
                return
            if clock() - began >= _GOOD:
                pauses = iter(_REOPEN)
            await asyncio.sleep(next(pauses, _REOPEN[-1]))

    async def _listen_once(self) -> bool:
        """Until the stream ends, or does not begin; whether there may be another one."""
        try:
            response = await self._endpoint.get(self._session)
        except UpstreamError as error:
            if error.status is None:
                return True
            self._endpoint.remark(f"has no stream for what it says outside calls: {error}")
            self._listens.set()
            return False
        self._listens.set()
        try:
            if response.status != 200 or response.content_type != "text/event-stream":
                return False
            reading = self._endpoint.reading(response)
            events = self._endpoint.events(response, self._endpoint.shared_parser(), reading=reading)
            async with contextlib.aclosing(events):
                async for event in events:
                    message = await self._endpoint.event_message(event, self._dispatcher.unreadable, reading)
                    if message is not None:
                        await self._dispatcher.deliver(message)
        except UpstreamError as error:
            log.debug("the stream of %s broke: %s", public_url(self._endpoint.url), error)
        finally:
            response.close()
        return True
