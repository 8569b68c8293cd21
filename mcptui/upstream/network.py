"""Who is reached how: settings and environment become one HTTP client for all that are reached alike."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from mcptui.model.network import Network
from mcptui.upstream.errors import from_wire_error
from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import WireError
from mcptui.upstream.wire.opening import Route
from mcptui.upstream.wire.proxies import EnvironmentProxies, one_proxy
from mcptui.upstream.wire.tls import TlsOptions, tls_by

if TYPE_CHECKING:
    from mcptui.upstream.oauth.grant import Resolve

_Way: TypeAlias = tuple[str | None, TlsOptions]


class Networks:
    """The HTTP clients of one gateway.

    Args:
        environment: where the proxies of all are named.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._proxies = EnvironmentProxies(environment)
        #: Those that somebody still uses; connections that are open use theirs.
        self._clients: weakref.WeakValueDictionary[_Way, HttpClient] = weakref.WeakValueDictionary()
        # Most servers and models say nothing.
        self._plain = self._client((None, TlsOptions()))

    async def client(self, network: Network, resolve: Resolve) -> HttpClient:
        """The client for what is reached as ``network`` says.

        Raises:
            McptuiError: a reference cannot be resolved.
        """
        return self._client(await _way(network, resolve))

    async def route(self, network: Network, resolve: Resolve, own: str) -> Route:
        """The way to the URL ``own`` and to what may be named there: proxy and authority count for all of that,
        certificates that are shown and exceptions only for its origin.

        Raises:
            UpstreamError: ``own`` is no URL.
            McptuiError: a reference cannot be resolved.
        """
        try:
            origin = Address.parse(own).origin
        except WireError as error:
            raise from_wire_error(error, own) from None
        return self._route(await _way(network, resolve), origin)

    def _client(self, way: _Way) -> HttpClient:
        found = self._clients.get(way)
        if found is None:
            found = self._clients[way] = HttpClient(self._route(way, None))
        return found

    def _route(self, way: _Way, own: Origin | None) -> Route:
        proxy, options = way
        proxies = self._proxies if proxy is None else one_proxy(proxy, "the setting proxy")
        return Route(proxies, tls_by(options, own), tls_by(options.for_others))

    def close(self) -> None:
        """Close every connection."""
        for client in list(self._clients.values()):
            client.close()


async def _way(network: Network, resolve: Resolve) -> _Way:
    said = {name: await resolve(text) for name, text in network.network_texts()}
    # A reference that gives nothing names no file: as a path it would be the folder that the gateway runs in.
    options = TlsOptions(
        ca=said.get("ca_file") or None,
        certificate=said.get("client_cert") or None,
        key=said.get("client_key") or None,
        passphrase=said.get("client_key_password") or None,
        server_name=network.tls_server_name,
        verifies=network.verify_tls,
    )
    return said.get("proxy"), options
