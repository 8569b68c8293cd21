"""The one way in for MCP: key, scope, body, era."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.http.answer import BodyTooLargeError, read_body, send_empty, send_json
from mcptui.gateway.fronts.http.cors import Cors
from mcptui.gateway.fronts.http.guard import Guard
from mcptui.gateway.fronts.mcp.handshake import HandshakeFront
from mcptui.gateway.fronts.mcp.legacy_sse import LegacySseFront
from mcptui.gateway.fronts.mcp.methods import HandshakeMethods
from mcptui.gateway.fronts.mcp.sessions import SessionStore
from mcptui.gateway.fronts.mcp.stateless import StatelessFront
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.identity.client_headers import SCOPE
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import ALL
from mcptui.gateway.scope import Scope as ServerScope
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INVALID_PARAMS, RpcError
from mcptui.protocol.stateless import is_stateless
from mcptui.protocol.versions import HANDSHAKE_VERSIONS

#: As much of a path is recorded, characters.
_SHOWN_PATH: Final = 200
#: Where the guarded application leaves the request's headers, grouped.
GROUPED_HEADERS: Final = "mcptui.headers"


class McpEntry:
    """The ASGI application behind every MCP path.

    Args:
        core: what all fronts share.
        replica: the id of this process among the gateways that share stores.
    """

    def __init__(self, core: Core, replica: str) -> None:
        self._core = core
        self._stateless = StatelessFront(core)
        self._methods = HandshakeMethods(core, replica)
        self._handshake = HandshakeFront(self._methods)
        self._legacy = LegacySseFront(self._methods)
        self._use(core.snapshot.state.gateway)
        core.follow(self._follow)

    def _use(self, settings: GatewaySettings) -> None:
        self.guard = Guard(settings)
        self.cors = Cors(settings.cors_origins)
        self.proxies = settings.trusted_proxies

    @property
    def sessions(self) -> SessionStore:
        """The open handshake sessions of all transports."""
        return self._methods.sessions

    def _follow(self, before: Snapshot, after: Snapshot) -> None:
        """A new state has other host names."""
        if before.state.gateway != after.state.gateway:
            self._use(after.state.gateway)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request that has passed the guard."""
        core, headers = self._core, scope[GROUPED_HEADERS]
        try:
            principal = await core.admit(scope, headers)
        except AuthError as error:
            body = jsonrpc.encode({"error": f"key_{error.reason}", "message": error.message})
            await send_json(send, error.status, body, error.headers)
            return
        named = _named(scope, headers)
        wanted = ALL if named is None else core.snapshot.scope(principal, named)
        if wanted is None:
            await self._no_such_server(scope, principal, named or "", send)
            return
        method, path = scope["method"], scope["path"]
        if path == "/sse":
            await self._legacy.get(headers, principal, wanted, receive, send)
        elif path == "/messages":
            await self._message(headers, principal, wanted, scope, receive, send)
        elif method == "POST":
            await self._post(headers, principal, wanted, scope, receive, send)
        elif method in ("GET", "DELETE") and self._is_handshake(headers):
            if method == "GET":
                await self._handshake.get(headers, principal, wanted, receive, send)
            else:
                await self._handshake.delete(headers, principal, wanted, send)
        else:
            await send_empty(send, 405, [(b"allow", b"POST")])

    @staticmethod
    def _is_handshake(headers: Mapping[str, list[str]]) -> bool:
        """GET and DELETE exist in the handshake era only."""
        return all(version in HANDSHAKE_VERSIONS for version in headers.get(h.PROTOCOL_VERSION, []))

    async def _no_such_server(self, scope: Scope, principal: Principal, named: str, send: Send) -> None:
        """The answer to a scope of which nothing exists or may be used; recorded as refused calls are."""
        started = time.perf_counter()
        body = b'{"error":"not_found","message":"There is no such server here."}'
        await send_json(send, 404, body)
        refused = Exchange(
            principal=principal,
            snapshot=self._core.snapshot,
            era="handshake",
            version="http",
            method=f"{scope['method']} {scope['path'][:_SHOWN_PATH]}",
            params={},
            scope=ServerScope(tuple(named.split(","))),
        )
        error = RpcError(INVALID_PARAMS, "There is no such server here.", outcome="denied")
        self._core.recorder.note(refused, started=started, bytes_in=0, bytes_out=len(body), error=error)

    async def _post(
        self,
        headers: Mapping[str, list[str]],
        principal: Principal,
        wanted: ServerScope,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if not _accepts_json(headers):
            await send_json(send, 406, b'{"error":"not_acceptable","message":"Accept application/json."}')
            return
        read = await self._read(headers, scope, receive, send)
        if read is not None:
            message, size = read
            front = self._stateless if is_stateless(message, headers) else self._handshake
            await front.post(message, headers, principal, wanted, size, receive, send)

    async def _message(
        self,
        headers: Mapping[str, list[str]],
        principal: Principal,
        wanted: ServerScope,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        read = await self._read(headers, scope, receive, send)
        if read is not None:
            query = parse_qs(scope["query_string"].decode("latin-1"))
            id_ = query.get("session_id", [""])[0]
            await self._legacy.post(id_, read[0], headers, principal, wanted, read[1], send)

    async def _read(
        self, headers: Mapping[str, list[str]], scope: Scope, receive: Receive, send: Send
    ) -> tuple[Any, int] | None:
        """The decoded body and its size, or None when the refusal was sent."""
        kind = headers.get("content-type", [""])[-1].partition(";")[0].strip().lower()
        if kind != "application/json":
            await send_json(send, 415, b'{"error":"unsupported_media_type","message":"Send application/json."}')
            return None
        try:
            body = await read_body(scope, receive, self._core.snapshot.state.gateway.max_body_bytes)
            return jsonrpc.decode(body), len(body)
        except BodyTooLargeError:
            await send_json(send, 413, b'{"error":"too_large","message":"The body is over max_body_bytes."}')
        except RpcError as error:
            await send_json(send, 400, jsonrpc.encode(jsonrpc.error(None, error)))
        return None


def _named(scope: Scope, headers: Mapping[str, list[str]]) -> str | None:
    """The servers that the URL names, else those that ``x-mcp-servers`` names; None for all."""
    named: str | None = scope.get("path_params", {}).get("servers")
    if named is None and (values := headers.get(SCOPE)):
        named = ",".join(values)
    return named


def _accepts_json(headers: Mapping[str, list[str]]) -> bool:
    accept = ",".join(headers.get("accept", ["*/*"]))
    return any(kind in accept for kind in ("application/json", "application/*", "*/*"))
