"""From the description of a server with a URL to an open connection: references, credential, transport, era."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import LATEST_HANDSHAKE, LATEST_STATELESS, Era
from mcptui.upstream.auth.authenticator import SignIn
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.auth.endpoint import AuthenticatedEndpoint
from mcptui.upstream.auth.registry import authenticator
from mcptui.upstream.call import Announce, Call, ClientBehind, Connection
from mcptui.upstream.errors import NotMcpError, UpstreamError, UpstreamLoginError, UpstreamTimeoutError
from mcptui.upstream.first_starts import FirstStarts
from mcptui.upstream.handshake import initialize_call
from mcptui.upstream.http import Endpoint
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.grant import Resolve
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper
from mcptui.upstream.sse import SseSession
from mcptui.upstream.stateless import discover
from mcptui.upstream.streamable import StreamableSession

#: No handshake takes longer, whatever the server's own timeout is.
CONNECT_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class ConnectionDeps:
    """What opening connections needs, the same for all servers."""

    networks: Networks
    reaper: Reaper
    resolve: Resolve
    oauth: OAuthSessions
    first_starts: FirstStarts = field(default_factory=FirstStarts)


@dataclass(slots=True, kw_only=True)
class Identity:
    """Whom a connection speaks for: what the server is told about the client."""

    capabilities: Mapping[str, Any] = field(default_factory=dict)
    client_info: dict[str, Any] | None = None
    #: The way to the client outside any call.
    client: ClientBehind = field(default_factory=lambda: ClientBehind(None))
    #: The client's own credential, if it brings one.
    credential: ClientCredential | None = None
    #: The key whose own login is used, where keys log in themselves.
    account: str | None = None


@dataclass(slots=True)
class Negotiated:
    """What an earlier connection found out, so that the next one need not ask."""

    transport: str | None = None
    era: Era | None = None
    #: No other era will do.
    is_required: bool = False


async def _endpoint(server: Server, tools: ConnectionDeps, identity: Identity) -> Endpoint:
    """The server's URL with what its requests carry: configured headers, then the credential, then the client's own."""
    assert server.url is not None
    url = await tools.resolve(server.url)
    client = await tools.networks.client(server, tools.resolve)
    headers = {name.lower(): await tools.resolve(value) for name, value in server.headers.items()}
    auth = authenticator(SignIn(server, url, server.auth, identity.account, tools.resolve, tools.oauth))
    own = identity.credential
    is_replaced = own is not None and own.replaces
    if not auth.changes and not is_replaced:
        headers |= await auth.headers()
    if own is not None:
        headers |= own.headers(auth.shown)
    if not auth.changes or is_replaced or "authorization" in headers:
        return Endpoint(client, url, headers)
    return AuthenticatedEndpoint(client, url, headers, auth)


async def connect(
    server: Server, tools: ConnectionDeps, identity: Identity, remembered: Negotiated, announce: Announce
) -> Connection:
    """Open a connection to a server with a URL, finding out transport and era where they are ``auto``.

    Raises:
        RpcError: the server refused the handshake.
        UpstreamError: it could not be reached, or does not speak MCP.
        McptuiError: a reference could not be resolved.
    """
    connection = await _connect_http(server, tools, identity, remembered, announce)
    remembered.era = connection.peer.era
    return connection


def opening(server: Server, identity: Identity, remembered: Negotiated, timeout: float) -> tuple[Call, Era | None]:
    """The ``initialize`` request, answered within ``timeout`` seconds, and the era if it is pinned or known."""
    version, era = server.spec_version, remembered.era
    if version != "auto":
        era = "stateless" if version == LATEST_STATELESS else "handshake"
    handshake_version = version if version not in ("auto", LATEST_STATELESS) else LATEST_HANDSHAKE
    call = initialize_call(identity.capabilities, identity.client_info, timeout, handshake_version)
    call.client = identity.client
    return call, era


async def _connect_http(
    server: Server,
    tools: ConnectionDeps,
    identity: Identity,
    remembered: Negotiated,
    announce: Announce,
) -> Connection:
    greeting, era = opening(server, identity, remembered, min(server.timeout, CONNECT_TIMEOUT))
    endpoint = await _endpoint(server, tools, identity)
    transport = remembered.transport if server.transport == "auto" else server.transport
    first_error: UpstreamError | None = None
    if transport != "sse":
        if era != "handshake":
            call = Call(
                method="server/discover", params={}, capabilities=identity.capabilities, timeout=greeting.timeout
            )
            try:
                connection: Connection = await discover(endpoint, call)
            except (RpcError, UpstreamError) as error:
                if era == "stateless" or not _may_be_older(error):
                    raise
            else:
                remembered.transport = "http"
                return connection
        try:
            connection = await StreamableSession.open(endpoint, greeting, announce)
        except UpstreamError as error:
            if transport == "http" or not _may_be_older(error):
                raise
            first_error = error
        else:
            remembered.transport = "http"
            return connection
    try:
        connection = await SseSession.open(endpoint, greeting, announce)
    except UpstreamError as error:
        # Nothing worked: what the newer transport said tells more, unless only the old one got an answer.
        raise (first_error or error) from None
    remembered.transport = "sse"
    return connection


def _may_be_older(error: RpcError | UpstreamError) -> bool:
    """Whether the failure may just mean that the server speaks an earlier revision or transport.

    Any JSON-RPC error and any 4xx but a refused credential do (2026-07-28 basic/versioning); a server that
    does not answer at all will not answer differently.
    """
    if isinstance(error, (UpstreamLoginError, UpstreamTimeoutError)):
        return False
    return isinstance(error, (RpcError, NotMcpError)) or error.status is not None
