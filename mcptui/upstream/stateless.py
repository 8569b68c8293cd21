"""Connections of the stateless era (2026-07-28) over HTTP: nothing is kept but a pooled socket."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from mcptui import __version__
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INTERNAL_ERROR, UNSUPPORTED_VERSION, RpcError
from mcptui.protocol.lenient import looks_like_answer, read_message
from mcptui.protocol.stateless import (
    META_CAPABILITIES,
    META_CLIENT_INFO,
    META_LOG_LEVEL,
    META_VERSION,
    without_subscription,
)
from mcptui.protocol.text import beginning, public_url
from mcptui.protocol.versions import HANDSHAKE_VERSIONS, LATEST_STATELESS
from mcptui.upstream.call import Call, Peer
from mcptui.upstream.deadline import Deadline
from mcptui.upstream.errors import NotMcpError, UpstreamError
from mcptui.upstream.http import Endpoint
from mcptui.upstream.pace import Pace
from mcptui.upstream.refusal import Refusal
from mcptui.upstream.wire.response import Response

GATEWAY_INFO: Final = {"name": "mcptui", "title": "mcptui gateway", "version": __version__}


def with_envelope(call: Call, version: str) -> dict[str, Any]:
    """The params of a stateless request: the caller's, with the envelope of the client behind the call."""
    meta = dict(call.params.get("_meta") or {})
    meta[META_VERSION] = version
    meta[META_CAPABILITIES] = call.capabilities
    meta[META_CLIENT_INFO] = call.client_info or GATEWAY_INFO
    if call.log_level is not None:
        meta[META_LOG_LEVEL] = call.log_level
    return {**call.params, "_meta": meta}


def request_headers(call: Call, version: str) -> dict[str, str]:
    """The headers that repeat the body of a stateless request, plus those of this call.

    Raises:
        RpcError: what is repeated cannot stand in a header.
    """
    headers = {h.PROTOCOL_VERSION: version, h.METHOD: call.method, **call.headers}
    member = h.NAMED_BY.get(call.method)
    name = call.params.get(member) if member else None
    if isinstance(name, str):
        headers[h.NAME] = h.encode_value(name)
    if call.schema is not None:
        headers.update(h.param_headers(call.schema, call.params.get("arguments")))
    return headers


class StatelessHttp:
    """One stateless endpoint; requests are independent of each other."""

    def __init__(self, endpoint: Endpoint, peer: Peer) -> None:
        self._endpoint = endpoint
        self.peer = peer
        self._next_id = 0
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether :meth:`close` was called."""
        return self._closed

    @property
    def hears(self) -> bool:
        """Whether what the server says outside calls would arrive: by a subscription, which is a call."""
        return True

    async def request(self, call: Call) -> dict[str, Any]:
        """POST one request; closing the stream on cancellation is the cancellation (transports §Cancellation)."""
        self._next_id += 1
        version = self.peer.version
        body = jsonrpc.encode(jsonrpc.request(self._next_id, call.method, with_envelope(call, version)))
        deadline = call.deadline()
        try:
            with deadline:
                response = await self._endpoint.post(body, request_headers(call, version))
                try:
                    message = await self._answer(response, call, deadline)
                    response.release()
                except BaseException:
                    response.close()
                    raise
        except TimeoutError:
            raise deadline.error(call.method) from None
        if "error" in message:
            raise RpcError.from_wire(message["error"])
        result = message.get("result")
        if not isinstance(result, dict):
            raise RpcError(INTERNAL_ERROR, "the server's result is not an object")
        return result

    async def _answer(self, response: Response, call: Call, deadline: Deadline) -> dict[str, Any]:
        if response.status >= 400:
            refusal = Refusal(response.status, await self._endpoint.refused_body(response))
            if refusal.error is None or refusal.status == 401:
                raise self._endpoint.refusal(refusal.status, refusal.words)
            return refusal.error
        reading = self._endpoint.reading(response, call.key)
        with reading:
            body = await self._endpoint.answer(response, reading)
            message = None if body is None else self._read(await self._endpoint.message(body, reading))
        if body is not None:
            if message is None or "method" in message:
                raise UpstreamError(f"{public_url(self._endpoint.url)} gave no answer to the request", ran=True)
            return message
        pace = Pace(lambda: self._endpoint.limits().max_notifications_per_second)
        events = self._endpoint.events(response, heard=deadline.extend, reading=reading)
        async with contextlib.aclosing(events):
            async for event in events:
                message = self._read(await self._endpoint.event_message(event, self._unreadable, reading))
                if message is None:
                    continue
                if "method" not in message:
                    return message
                await pace.keep()
                await self._notification(message, call)
        raise UpstreamError(f"{public_url(self._endpoint.url)} ended the stream without an answer", ran=True)

    def _read(self, value: Any) -> dict[str, Any] | None:
        """One message; None for what is none, on a stream that may go on."""
        if value is None:
            return None
        try:
            return read_message(value, self._endpoint.remark)
        except RpcError as error:
            self._endpoint.remark(f"sends messages that are none of JSON-RPC, which are passed over: {error}")
            return None

    def _unreadable(self, data: bytes, error: UpstreamError | None) -> None:
        """What cannot be read on the stream of a request, and has the parts of an answer, is its answer."""
        if error is not None:
            raise error
        if looks_like_answer(data):
            raise NotMcpError(f"{public_url(self._endpoint.url)} gave an answer that is not JSON", ran=True)
        self._endpoint.remark(f"sends what is no message, which is passed over: {beginning(data, 60)!r}")

    async def _notification(self, message: dict[str, Any], call: Call) -> None:
        """To the client behind the call, without what only names things of this leg."""
        method = message["method"]
        if method != "notifications/cancelled" and call.notify is not None:
            await call.notify(method, without_subscription(message.get("params") or {}))

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        """The stateless core has no client notifications (cancelling is closing the stream)."""

    async def close(self) -> None:
        """Nothing is open between requests."""
        self._closed = True


async def discover(endpoint: Endpoint, call: Call, version: str = LATEST_STATELESS) -> StatelessHttp:
    """Open a stateless connection by ``server/discover``.

    Raises:
        RpcError: the server answered with an error.
        UpstreamError: no MCP answer came.
    """
    probe = StatelessHttp(endpoint, Peer(era="stateless", version=version, capabilities={}))
    try:
        return StatelessHttp(endpoint, discovered(await probe.request(call), version))
    except RpcError as error:
        if error.code != UNSUPPORTED_VERSION or version not in _supported(error):
            raise
        endpoint.remark(f"refuses the version {version}, which it says it supports")
    try:
        return StatelessHttp(endpoint, discovered(await probe.request(call), version))
    except RpcError as error:
        if error.code != UNSUPPORTED_VERSION or set(_supported(error)).intersection(HANDSHAKE_VERSIONS):
            raise
    # It has no other era, and what it has is seen when that is read.
    unknown: dict[str, Any] = {"tools": {}, "prompts": {}, "resources": {}}
    return StatelessHttp(endpoint, Peer(era="stateless", version=version, capabilities=unknown))


def _supported(error: RpcError) -> list[Any]:
    """The versions that a refusal says the server supports."""
    named = error.data.get("supported") if isinstance(error.data, dict) else None
    return named if isinstance(named, list) else []


def discovered(result: dict[str, Any], version: str) -> Peer:
    """What a DiscoverResult says about the server.

    Raises:
        NotMcpError: it is no DiscoverResult.
    """
    supported = result.get("supportedVersions")
    if not isinstance(supported, list) or version not in supported:
        raise NotMcpError("server/discover was answered, but without a version that is known here")
    meta = result.get("_meta")
    info = meta.get("io.modelcontextprotocol/serverInfo") if isinstance(meta, dict) else None
    capabilities, instructions = result.get("capabilities"), result.get("instructions")
    return Peer(
        era="stateless",
        version=version,
        capabilities=capabilities if isinstance(capabilities, dict) else {},
        server_info=info if isinstance(info, dict) else None,
        instructions=instructions if isinstance(instructions, str) else None,
    )
