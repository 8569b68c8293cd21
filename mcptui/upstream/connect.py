"""From the description of a server with a URL to an open connection: references, credential, transport, era."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mcptui.model import Server
from mcptui.model.limits import Limits
from mcptui.protocol.lenient import Remark
from mcptui.protocol.versions import HANDSHAKE_VERSIONS, LATEST_STATELESS, Era
from mcptui.secrets.known import KnownSecrets
from mcptui.upstream.auth.authenticator import SignIn
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.auth.endpoint import AuthenticatedEndpoint
from mcptui.upstream.auth.registry import authenticator
from mcptui.upstream.call import Announce, ClientBehind, Connection
from mcptui.upstream.first_starts import FirstStarts
from mcptui.upstream.handshake import Opening, initialize_call
from mcptui.upstream.http import Endpoint
from mcptui.upstream.large_messages import LargeMessages
from mcptui.upstream.negotiation import Negotiated, negotiate, ways
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.grant import Resolve
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper

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
    #: Those in effect.
    limits: Callable[[], Limits] = Limits
    #: The secrets in use, which are not told.
    known: KnownSecrets = field(default_factory=KnownSecrets)
    #: Bounds what is read of large messages of all servers at once.
    large: LargeMessages = field(init=False)

    def __post_init__(self) -> None:
        limits = self.limits
        object.__setattr__(self, "large", LargeMessages(lambda: limits().max_large_bytes))


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


async def _endpoint(server: Server, tools: ConnectionDeps, identity: Identity, remark: Remark) -> Endpoint:
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
        return Endpoint(client, url, headers, remark, tools.limits, tools.large)
    return AuthenticatedEndpoint(client, url, headers, auth, remark, tools.limits, tools.large)


async def connect(
    server: Server, tools: ConnectionDeps, identity: Identity, remembered: Negotiated, announce: Announce
) -> Connection:
    """Open a connection to a server with a URL, finding out transport and era where they are ``auto``.

    Raises:
        RpcError: the server refused the handshake.
        UpstreamError: it could not be reached, or does not speak MCP.
        McptuiError: a reference could not be resolved.
    """
    greeting, era = opening(server, identity, remembered, min(server.timeout, CONNECT_TIMEOUT))
    endpoint = await _endpoint(server, tools, identity, remembered.remarks.add)
    possible = ways(None if server.transport == "auto" else server.transport, era)
    connection = await negotiate(endpoint, greeting, announce, possible, remembered)
    remembered.version = greeting.params["protocolVersion"]
    return connection


def opening(server: Server, identity: Identity, remembered: Negotiated, timeout: float) -> tuple[Opening, Era | None]:
    """The ``initialize`` request, answered within ``timeout`` seconds, and the era if no other will do."""
    version, era = server.spec_version, remembered.era if remembered.is_required else None
    if version != "auto":
        era = "stateless" if version == LATEST_STATELESS else "handshake"
    if version in HANDSHAKE_VERSIONS:
        versions: Sequence[str] = (version,)
    else:
        # That which worked comes first; the others, should the server have become another one.
        versions = sorted(HANDSHAKE_VERSIONS, key=lambda each: (each == remembered.version, each), reverse=True)
    call = initialize_call(identity.capabilities, identity.client_info, timeout, versions)
    call.client = identity.client
    return call, era
