"""``mcptui connect``: an MCP server over stdio that is the gateway, for clients that only start commands."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mcptui.errors import McptuiError
from mcptui.model.limits import Limits
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.protocol.stateless import META_VERSION
from mcptui.protocol.text import one_line
from mcptui.tasks import start_task
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.http import Endpoint
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.opening import Route
from mcptui.upstream.wire.response import Response
from mcptui.upstream.wire.tls import Tls

if TYPE_CHECKING:
    from mcptui.services.workspace import Workspace

log = logging.getLogger(__name__)

#: Waits while the gateway is away, seconds: a restart takes less than one.
_RETRIES: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)

#: Its gateway keeps to the limits that are set there.
_OF_THE_GATEWAY: Final = Limits(max_message_bytes=2**31, max_json_values=2**31)

Write = Callable[[bytes], Awaitable[None]]


def own_certificate(ws: Workspace, url: str) -> Route:
    """How to know the gateway of this home over TLS: by its very certificate, whatever names stand in it.

    On this machine it is reached as 127.0.0.1, which is rarely among them, and it may be signed by nobody else.
    """
    certfile = ws.load().state.gateway.tls_certfile
    if certfile is None or not url.startswith("https:"):
        return Route()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(Path(certfile).expanduser())
    except (OSError, ssl.SSLError):
        raise McptuiError(
            f"the gateway's certificate {certfile} cannot be read", hint="Check tls_certfile in [gateway]."
        ) from None
    return Route(tls_for=lambda origin: Tls(context, origin.host))


class StdioBridge:
    """Carries each line to the gateway and what comes back to standard output, in both eras.

    A session that the gateway has forgotten (it was restarted) is opened again with the client's own
    ``initialize``, so the client notices nothing.

    Args:
        client: HTTP connections.
        url: the gateway's MCP endpoint.
        key: the gateway key.
        write: writes one line to the client.
    """

    def __init__(self, client: HttpClient, url: str, key: str, write: Write) -> None:
        self._endpoint = Endpoint(client, url, {"authorization": f"Bearer {key}"}, limits=lambda: _OF_THE_GATEWAY)
        self._write = write
        self._session: dict[str, str] = {}
        self._initialize: Message | None = None
        self._opening = asyncio.Lock()
        self._running: dict[jsonrpc.RequestId, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        #: Input schemas of tools whose arguments are mirrored in headers.
        self._mirrored: dict[str, Any] = {}
        self._listener: asyncio.Task[None] | None = None

    async def run(self, lines: AsyncIterator[bytes]) -> None:
        """Carry messages until the client closes its side, then end the session."""
        async for line in lines:
            if not line.strip():
                continue
            try:
                message = jsonrpc.check_envelope(jsonrpc.decode(line.strip()))
            except RpcError as error:
                await self._send_back(jsonrpc.error(None, error))
                continue
            if message.get("method") == "initialize":
                # Everything after it belongs to the session that it opens.
                await self._carry(message)
            elif not self._cancels(message):
                self._start(message)
        for task in list(self._tasks):
            task.cancel()
        if self._listener is not None:
            self._listener.cancel()
        if h.SESSION_ID in self._session:
            await self._endpoint.delete(self._session)

    def _start(self, message: Message) -> None:
        task = start_task(self._carry(message), name=str(message.get("method")))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if jsonrpc.is_request(message):
            id_ = message["id"]
            self._running[id_] = task
            task.add_done_callback(lambda _: self._running.pop(id_, None))

    def _cancels(self, message: Message) -> bool:
        """In the stateless era a cancellation is no message over HTTP but the end of the stream."""
        if message.get("method") != "notifications/cancelled" or self._session:
            return False
        running = self._running.get((message.get("params") or {}).get("requestId", ""))
        if running is not None:
            running.cancel()
        return True

    async def _carry(self, message: Message) -> None:
        try:
            await self._exchange(message)
        except RpcError as error:
            if jsonrpc.is_request(message):
                await self._send_back(jsonrpc.error(message["id"], error))
        except UpstreamError as error:
            log.warning("%s", error.message)
            if jsonrpc.is_request(message):
                await self._send_back(jsonrpc.error(message["id"], RpcError(INTERNAL_ERROR, _told(error))))

    async def _exchange(self, message: Message) -> None:
        response = await self._post(message)
        if response.status == 404 and h.SESSION_ID in self._session and message.get("method") != "initialize":
            response.close()
            await self._open_again(self._session[h.SESSION_ID])
            response = await self._post(message)
        try:
            await self._answer(message, response)
        except BaseException:
            response.close()
            raise
        response.release()

    async def _post(self, message: Message) -> Response:
        """POST; what cannot have arrived is sent again while the gateway restarts."""
        body, headers = jsonrpc.encode(message), self._headers(message)
        for pause in _RETRIES:
            try:
                return await self._endpoint.post(body, headers)
            except UpstreamError as error:
                if error.ran:
                    raise
                log.info("the gateway does not answer, trying again")
                await asyncio.sleep(pause)
        return await self._endpoint.post(body, headers)

    def _headers(self, message: Message) -> dict[str, str]:
        method, params = message.get("method"), message.get("params") or {}
        meta = params.get("_meta")
        version = meta.get(META_VERSION) if isinstance(meta, dict) else None
        if not isinstance(version, str) or not isinstance(method, str):
            return self._session if method != "initialize" else {}
        headers = {h.PROTOCOL_VERSION: version, h.METHOD: method}
        name = params.get(h.NAMED_BY.get(method, ""))
        if isinstance(name, str):
            headers[h.NAME] = h.encode_value(name)
            if name in self._mirrored:
                headers |= h.param_headers(self._mirrored[name], params.get("arguments"))
        return headers

    async def _answer(self, message: Message, response: Response) -> None:
        is_initialize = message.get("method") == "initialize"
        if is_initialize and (id_ := response.headers.get(h.SESSION_ID)):
            self._initialize = message
            self._session = {h.SESSION_ID: id_}
        if response.content_type == "text/event-stream":
            async with contextlib.aclosing(self._endpoint.events(response)) as events:
                async for event in events:
                    if event.data:
                        await self._write(event.data)
            return
        body = await self._endpoint.body(response)
        if response.content_type == "application/json" and b'"jsonrpc"' in body:
            answer = await self._endpoint.message(body)
            if is_initialize and "result" in answer:
                self._opened(answer["result"])
            elif message.get("method") == "tools/list":
                self._learn(answer)
            await self._write(body)
        elif response.status >= 400:
            raise _Refused(response.status, body)

    def _opened(self, result: dict[str, Any]) -> None:
        self._session[h.PROTOCOL_VERSION] = str(result.get("protocolVersion"))
        if self._listener is not None:
            self._listener.cancel()
        self._listener = start_task(self._listen(dict(self._session)), name="gateway stream")

    def _learn(self, answer: Message) -> None:
        result = answer.get("result")
        for tool in result.get("tools", ()) if isinstance(result, dict) else ():
            if h.annotated(tool.get("inputSchema")):
                self._mirrored[tool["name"]] = tool["inputSchema"]

    async def _open_again(self, lost: str) -> None:
        """Shake hands as the client did; its answer is not shown to the client a second time."""
        async with self._opening:
            if self._session.get(h.SESSION_ID) != lost or self._initialize is None:
                return
            response = await self._endpoint.post(jsonrpc.encode(self._initialize), {})
            try:
                answer = await self._endpoint.message(await self._endpoint.body(response))
                if h.SESSION_ID not in response.headers or "result" not in answer:
                    raise self._endpoint.refusal(response.status)
                self._session = {h.SESSION_ID: response.headers[h.SESSION_ID]}
            finally:
                response.release()
            self._opened(answer["result"])
            done = await self._endpoint.post(
                jsonrpc.encode(jsonrpc.notification("notifications/initialized")), self._session
            )
            done.release()

    async def _listen(self, session: dict[str, str]) -> None:
        """What belongs to no call; the stream is opened again when the gateway comes back."""
        for pause in (0.0, *_RETRIES, *[_RETRIES[-1]] * 10_000):
            await asyncio.sleep(pause)
            try:
                response = await self._endpoint.get(session)
            except UpstreamError:
                continue
            try:
                if response.status == 404:
                    await self._open_again(session[h.SESSION_ID])
                if response.status != 200:
                    return
                async with contextlib.aclosing(self._endpoint.events(response)) as events:
                    async for event in events:
                        if event.data:
                            await self._write(event.data)
            except UpstreamError as error:
                log.debug("the gateway's stream broke: %s", error)
            finally:
                response.close()

    async def _send_back(self, message: Message) -> None:
        await self._write(jsonrpc.encode(message))


class _Refused(UpstreamError):
    """The gateway answered, and not with what was asked for."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(_reason(body) or f"it answered {status}", status=status)


def _told(error: UpstreamError) -> str:
    """What the client gets to read; it shows messages and not logs."""
    if not isinstance(error, _Refused):
        return f"The gateway cannot be reached: {error.message}"
    what = "the key" if error.status in {401, 403} else "the request"
    return f"The gateway refuses {what}: {error.message}"


def _reason(body: bytes) -> str:
    """The gateway's own words, which never hold a key."""
    try:
        answer = jsonrpc.decode(body)
    except RpcError:
        return ""
    error = answer.get("error") if isinstance(answer, dict) else None
    found = error if isinstance(error, dict) else answer
    message = found.get("message") if isinstance(found, dict) else None
    return one_line(message, limit=300) if isinstance(message, str) else ""
