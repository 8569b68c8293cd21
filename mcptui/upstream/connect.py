"""From a server's description to an open connection: references, credential, transport, era."""

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
from mcptui.upstream.handshake import initialize_call
from mcptui.upstream.http import Endpoint
from mcptui.upstream.oauth.grant import Resolve
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper, ServerProcess
from mcptui.upstream.sse import SseSession
from mcptui.upstream.stateless import discover
from mcptui.upstream.stdio import StdioConnection
from mcptui.upstream.streamable import StreamableSession
from mcptui.upstream.wire.client import HttpClient

#: No handshake takes longer, whatever the server's own timeout is.
CONNECT_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class ConnectionDeps:
    """What opening connections needs, the same for all servers."""

    client: HttpClient
    reaper: Reaper
    resolve: Resolve
    oauth: OAuthSessions


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


async def _endpoint(server: Server, tools: ConnectionDeps, identity: Identity) -> Endpoint:
    """The server's URL with what its requests carry: configured headers, then the credential, then the client's own."""
    assert server.url is not None
    url = await tools.resolve(server.url)
    headers = {name.lower(): await tools.resolve(value) for name, value in server.headers.items()}
    auth = authenticator(SignIn(server, url, server.auth, identity.account, tools.resolve, tools.oauth))
    own = identity.credential
    is_replaced = own is not None and own.replaces
    if not auth.changes and not is_replaced:
        headers |= await auth.headers()
    if own is not None:
        headers |= own.headers(auth.shown)
    if not auth.changes or is_replaced or "authorization" in headers:
        return Endpoint(tools.client, url, headers)
    return AuthenticatedEndpoint(tools.client, url, headers, auth)


async def connect(
    server: Server, tools: ConnectionDeps, identity: Identity, remembered: Negotiated, announce: Announce
) -> Connection:
    """Open a connection, finding out transport and era where they are ``auto``.

    Raises:
        RpcError: the server refused the handshake.
        UpstreamError: it could not be reached, or does not speak MCP.
        McptuiError: a reference could not be resolved.
    """
    if server.is_stdio:
        if identity.credential is not None:
            raise UpstreamLoginError(
                f"server {server.name} is a process on the gateway's machine and takes no headers",
                hint=f"Leave out the x-mcp-{server.name}-… headers; its credentials are in env.",
            )
        process = await start_process(server, tools)
        return await open_process(server, process, identity, remembered, announce)
    connection = await _connect_http(server, tools, identity, remembered, announce)
    remembered.era = connection.peer.era
    return connection


async def open_process(
    server: Server, process: ServerProcess, identity: Identity, remembered: Negotiated, announce: Announce
) -> StdioConnection:
    """Open the connection to a process that runs; it is stopped when that fails."""
    opening, era = _opening(server, identity, remembered)
    connection = await StdioConnection.open(process, opening, announce, era=era)
    remembered.transport, remembered.era = "stdio", connection.peer.era
    return connection


def _opening(server: Server, identity: Identity, remembered: Negotiated) -> tuple[Call, Era | None]:
    """The ``initialize`` request, and the era if it is pinned or known."""
    version, era = server.spec_version, remembered.era
    if version != "auto":
        era = "stateless" if version == LATEST_STATELESS else "handshake"
    handshake_version = version if version not in ("auto", LATEST_STATELESS) else LATEST_HANDSHAKE
    timeout = min(server.timeout, CONNECT_TIMEOUT)
    call = initialize_call(identity.capabilities, identity.client_info, timeout, handshake_version)
    call.client = identity.client
    return call, era


async def start_process(server: Server, tools: ConnectionDeps) -> ServerProcess:
    """The server's process with its environment resolved."""
    assert server.command is not None
    env = {name: await tools.resolve(value) for name, value in server.env.items()}
    args = [await tools.resolve(argument) for argument in server.args]
    cwd = None if server.cwd is None else await tools.resolve(server.cwd)
    return await ServerProcess.start(await tools.resolve(server.command), args, env, cwd, tools.reaper)


async def _connect_http(
    server: Server,
    tools: ConnectionDeps,
    identity: Identity,
    remembered: Negotiated,
    announce: Announce,
) -> Connection:
    opening, era = _opening(server, identity, remembered)
    endpoint = await _endpoint(server, tools, identity)
    transport = remembered.transport if server.transport == "auto" else server.transport
    first_error: UpstreamError | None = None
    if transport != "sse":
        if era != "handshake":
            call = Call(
                method="server/discover", params={}, capabilities=identity.capabilities, timeout=opening.timeout
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
            connection = await StreamableSession.open(endpoint, opening, announce)
        except UpstreamError as error:
            if transport == "http" or not _may_be_older(error):
                raise
            first_error = error
        else:
            remembered.transport = "http"
            return connection
    try:
        connection = await SseSession.open(endpoint, opening, announce)
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
