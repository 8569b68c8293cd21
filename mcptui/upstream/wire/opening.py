"""Opening one connection: name, address, proxy, TLS, each with its own failure."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

import aiohappyeyeballs
from aiohappyeyeballs import AddrInfoType

from mcptui.upstream.wire.address import Origin
from mcptui.upstream.wire.certificate import PeerCertificate, read_certificate
from mcptui.upstream.wire.connection import Connection
from mcptui.upstream.wire.errors import ConnectError, ProxyError, TlsError
from mcptui.upstream.wire.proxies import Proxies, Proxy, no_proxy
from mcptui.upstream.wire.tls import Tls, TlsFor, system_tls
from mcptui.upstream.wire.tunnel import Greeting, through_socks

#: How long each step may take: reaching an address, a handshake; and how long a proxy may, which has to do the same.
CONNECT: Final = 10.0
THROUGH_PROXY: Final = 30.0
#: The head start of the first address family, seconds (RFC 8305 §5).
_HAPPY: Final = 0.25

Resolve = Callable[[Origin], Awaitable[Sequence[AddrInfoType]]]


@dataclass(frozen=True, slots=True)
class Route:
    """How origins are reached: directly and with the system's authorities, where nothing else is said."""

    proxy_for: Proxies = no_proxy
    tls_for: TlsFor = system_tls
    #: With the proxy itself: what is configured for a server is said of that server, not of what lies before it.
    tls_for_proxy: TlsFor = system_tls


class Opening:
    """The steps to one connection.

    Args:
        origin: where it leads.
        route: how.
        resolve: the addresses of an origin, or of a proxy.
        released: told when the connection may serve another request.
    """

    def __init__(
        self, origin: Origin, route: Route, resolve: Resolve, released: Callable[[Origin, Connection], None]
    ) -> None:
        self._origin = origin
        self._route = route
        self._resolve = resolve
        self._released = released
        self._loop = asyncio.get_running_loop()

    async def connection(self) -> Connection:
        """Open it.

        Raises:
            ConnectError: that is not possible.
        """
        proxy = self._route.proxy_for(self._origin)
        tls = self._route.tls_for(self._origin) if self._origin.is_tls else None
        forwards = proxy is not None and not proxy.is_socks and tls is None
        released = functools.partial(self._released, self._origin)
        connection = Connection(released, proxy if forwards else None)
        if forwards:
            assert proxy is not None
            await self._to_http_proxy(proxy, lambda: connection)
        else:
            await self._to_origin(proxy, tls, connection)
        return connection

    async def _to_origin(self, proxy: Proxy | None, tls: Tls | None, connection: asyncio.Protocol) -> None:
        """Connect ``connection`` to the origin itself, whatever lies between."""
        if proxy is not None and not proxy.is_socks:
            assert tls is not None
            transport = await self._tunnel(proxy)
            async with self._handshake(tls):
                secured = await self._loop.start_tls(
                    transport, connection, tls.context, server_hostname=tls.server_name
                )
                if secured is None:
                    raise ConnectionResetError
            connection.connection_made(secured)
            return
        connected = await (self._dial() if proxy is None else self._through_socks(proxy))
        async with self._handshake(tls):
            await self._loop.create_connection(
                lambda: connection,
                sock=connected,
                ssl=tls.context if tls else None,
                server_hostname=tls.server_name if tls else None,
            )

    async def _dial(self) -> socket.socket:
        try:
            async with asyncio.timeout(CONNECT):
                return await self._reach(self._origin)
        except TimeoutError as error:
            raise ConnectError(f"no connection within {CONNECT:g} s") from error
        except OSError as error:
            raise ConnectError("no connection") from error

    async def _reach(self, origin: Origin) -> socket.socket:
        # The socket's protocol is named by the entry, so that small writes go out at once (TCP_NODELAY).
        found = await self._resolve(origin)
        return await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=_HAPPY)

    async def _through_socks(self, proxy: Proxy) -> socket.socket:
        """As curl has it, ``socks5h`` leaves the host's name to the proxy and ``socks5`` does not."""
        host = self._origin.host
        if not proxy.resolves_names:
            try:
                async with asyncio.timeout(CONNECT):
                    found = await self._resolve(self._origin)
            except TimeoutError as error:
                raise ConnectError(f"no address within {CONNECT:g} s") from error
            except OSError as error:
                raise ConnectError("no address") from error
            host = str(min(found, key=lambda entry: entry[0])[4][0])  # IPv4 first: many proxies have nothing else
        return await through_socks(proxy, host, self._origin.port, THROUGH_PROXY)

    async def _to_http_proxy(self, proxy: Proxy, protocol: Callable[[], asyncio.Protocol]) -> asyncio.Protocol:
        """Connect a protocol to the proxy itself."""
        tls = self._route.tls_for_proxy(proxy.origin) if proxy.origin.is_tls else None
        try:
            async with asyncio.timeout(CONNECT):
                connected = await self._reach(proxy.origin)
                _, made = await self._loop.create_connection(
                    protocol,
                    sock=connected,
                    ssl=tls.context if tls else None,
                    server_hostname=tls.server_name if tls else None,
                )
        except OSError as error:  # TimeoutError and ssl.SSLError are such
            raise ProxyError(proxy, "it cannot be reached") from error
        return made

    async def _tunnel(self, proxy: Proxy) -> asyncio.Transport:
        greeting = Greeting(proxy)
        await self._to_http_proxy(proxy, lambda: greeting)
        try:
            async with asyncio.timeout(THROUGH_PROXY):
                return await greeting.connect(self._origin)
        except BaseException as error:
            greeting.close()
            if isinstance(error, TimeoutError):
                raise ProxyError(proxy, f"it did not answer within {THROUGH_PROXY:g} s") from error
            raise

    @contextlib.asynccontextmanager
    async def _handshake(self, tls: Tls | None) -> AsyncIterator[None]:
        """What goes wrong inside is TLS."""
        try:
            async with asyncio.timeout(CONNECT):
                yield
        except TimeoutError as error:
            raise ConnectError(f"no TLS handshake within {CONNECT:g} s") from error
        except ssl.SSLCertVerificationError as error:
            assert tls is not None
            raise TlsError("the certificate is refused", await self._certificate(tls)) from error
        except ssl.SSLError as error:
            raise TlsError("no TLS handshake") from error
        except OSError as error:
            raise ConnectError("the connection was closed") from error

    async def _certificate(self, tls: Tls) -> PeerCertificate | None:
        """The certificate that was refused: looked at over another connection, on which nothing is sent."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        look = _Look()
        proxy = self._route.proxy_for(self._origin)
        with contextlib.suppress(ConnectError, OSError):
            await self._to_origin(proxy, Tls(context, tls.server_name), look)
        return read_certificate(look.certificate) if look.certificate else None


class _Look(asyncio.Protocol):
    """Takes the other end's certificate and hangs up."""

    def __init__(self) -> None:
        self.certificate: bytes | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The handshake is done."""
        self.certificate = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        cast("asyncio.Transport", transport).abort()  # uvloop's is none by inheritance
