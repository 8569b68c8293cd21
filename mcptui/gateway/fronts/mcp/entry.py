"""The one way in for MCP: key, scope, body, era."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.http.cors import Cors
from mcptui.gateway.fronts.http.guard import Guard
from mcptui.gateway.fronts.http.incoming import BodyTooLargeError, Incoming
from mcptui.gateway.fronts.mcp.handshake import HandshakeFront
from mcptui.gateway.fronts.mcp.legacy_sse import LegacySseFront
from mcptui.gateway.fronts.mcp.methods import HandshakeMethods
from mcptui.gateway.fronts.mcp.sessions import SessionStore
from mcptui.gateway.fronts.mcp.stateless import StatelessFront
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.identity.client_headers import SCOPE
from mcptui.gateway.pipeline import Answered, serve
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.scope import ALL, Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings
from mcptui.protocol import headers as h
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INVALID_PARAMS, RpcError
from mcptui.protocol.stateless import is_stateless
from mcptui.protocol.versions import HANDSHAKE_VERSIONS
from mcptui.tasks import beside_others

#: As much of a path is looked at for the record, characters.
_SHOWN_PATH: Final = 1_000


class McpEntry:
    """What answers every MCP path.

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

    async def mcp(self, incoming: Incoming) -> None:
        """Answer a request to an MCP endpoint, of any era."""
        if (asked := await self._asked(incoming)) is None:
            return
        principal, scope = asked
        method = incoming.method
        if method == "POST":
            await self._post(incoming, principal, scope)
        elif method in ("GET", "DELETE") and self._is_handshake(incoming.headers):
            if method == "GET":
                await self._handshake.get(incoming, principal, scope)
            else:
                await self._handshake.delete(incoming, principal, scope)
        else:
            await incoming.answer_empty(405, [(b"allow", b"POST")])

    async def sse(self, incoming: Incoming) -> None:
        """Open the stream of the transport of 2024-11-05."""
        if (asked := await self._asked(incoming)) is not None:
            await self._legacy.get(incoming, *asked)

    async def messages(self, incoming: Incoming) -> None:
        """Take a message of the transport of 2024-11-05."""
        if (asked := await self._asked(incoming)) is None or (read := await self._read(incoming)) is None:
            return
        query = parse_qs(incoming.query.decode("latin-1"))
        await self._legacy.post(query.get("session_id", [""])[0], *read, incoming, *asked)

    async def _asked(self, incoming: Incoming) -> tuple[KeyPrincipal, Scope] | None:
        """Who asks, and about which servers; None when the refusal was sent."""
        core, headers = self._core, incoming.headers
        try:
            principal = await core.admit(incoming.address, headers, incoming.what)
        except AuthError as error:
            await _refuse_key(incoming, error)
            return None
        # The URL names servers, else a header does.
        named = incoming.parameters.get("servers")
        if named is None and (values := headers.get(SCOPE)):
            named = ",".join(values)
        scope = ALL if named is None else core.snapshot.scope(principal, named)
        if scope is not None:
            return principal, scope
        await self._no_such_server(incoming, principal, Scope(tuple((named or "").split(","))))
        return None

    def refuse(self, incoming: Incoming, why: str) -> None:
        """Record a request whose Host or Origin is not in order."""
        self._core.refuse(incoming.what, incoming.address, why)

    @staticmethod
    def _is_handshake(headers: Mapping[str, list[str]]) -> bool:
        """GET and DELETE exist in the handshake era only."""
        return all(version in HANDSHAKE_VERSIONS for version in headers.get(h.PROTOCOL_VERSION, []))

    async def _no_such_server(self, incoming: Incoming, principal: KeyPrincipal, scope: Scope) -> None:
        exchange = Exchange(
            principal=principal,
            snapshot=self._core.snapshot,
            era="handshake",
            version="http",
            method=self._core.snapshot.without_keys(incoming.what[:_SHOWN_PATH]),
            params={},
            scope=scope,
        )
        form = _NoSuchServer(incoming)
        await serve(self._core, exchange, 0, form, 0, form.write)

    async def _post(self, incoming: Incoming, principal: KeyPrincipal, scope: Scope) -> None:
        if not _accepts_json(incoming.headers):
            await incoming.answer_json(406, b'{"error":"not_acceptable","message":"Accept application/json."}')
            return
        if (read := await self._read(incoming)) is not None:
            front = self._stateless if is_stateless(read[0], incoming.headers) else self._handshake
            try:
                await front.post(*read, incoming, principal, scope)
            except AuthError as error:
                await _refuse_key(incoming, error)

    async def _read(self, incoming: Incoming) -> tuple[Any, int] | None:
        """The decoded body and its size, or None when the refusal was sent."""
        kind = incoming.headers.get("content-type", [""])[-1]
        if kind != "application/json" and kind.partition(";")[0].strip().lower() != "application/json":
            await incoming.answer_json(415, b'{"error":"unsupported_media_type","message":"Send application/json."}')
            return None
        try:
            limits = self._core.snapshot.state.gateway
            body = await incoming.body(limits.max_body_bytes)
            return await beside_others(len(body), jsonrpc.decode_bounded, body, limits.max_json_values), len(body)
        except BodyTooLargeError:
            await incoming.answer_json(413, b'{"error":"too_large","message":"The body is over max_body_bytes."}')
        except RpcError as error:
            await incoming.answer_json(400, jsonrpc.encode(jsonrpc.error(None, error)))
        return None


async def _refuse_key(incoming: Incoming, error: AuthError) -> None:
    body = jsonrpc.encode({"error": f"key_{error.reason}", "message": error.message})
    await incoming.answer_json(error.status, body, error.headers)


class _NoSuchServer:
    """A request to a scope of which nothing exists or may be used: answered alike, and recorded as a refused call."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming

    async def run(self, _: Exchange, __: jsonrpc.RequestId) -> Answered:
        """As of :class:`mcptui.gateway.pipeline.Form`."""
        raise RpcError(INVALID_PARAMS, "There is no such server here.", outcome="denied")

    @staticmethod
    def failed(_: Exchange, __: jsonrpc.RequestId, error: RpcError) -> Answered:
        """As of :class:`mcptui.gateway.pipeline.Form`."""
        return Answered((jsonrpc.encode({"error": "not_found", "message": error.message}),), fault=error)

    async def write(self, answered: Answered) -> None:
        """The whole answer."""
        await self._incoming.answer_json(404, answered.body)


def _accepts_json(headers: Mapping[str, list[str]]) -> bool:
    accept = ",".join(headers.get("accept", ["*/*"]))
    return "application/json" in accept or "application/*" in accept or "*/*" in accept
