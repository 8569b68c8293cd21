"""The way through a proxy: CONNECT (RFC 9110 §9.3.6), SOCKS, or a request that the proxy forwards (RFC 9112 §3.2.2)."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from mcptui import __version__
from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.errors import ProxyError

if TYPE_CHECKING:
    from mcptui.upstream.wire.proxies import Proxy

#: The most bytes that a proxy's answer to CONNECT has.
_MAX_HEAD: Final = 2**16
_END: Final = b"\r\n\r\n"
#: Errors in the headers of proxies that come before anything is sent on: those of Squid, and of RFC 9209 §2.3.
_SQUID: Final = ("ERR_ACCESS_DENIED", "ERR_CANNOT_FORWARD", "ERR_CONNECT_FAIL", "ERR_DNS_FAIL", "ERR_FORWARDING_DENIED")
_STATUS: Final = re.compile(
    r";\s*error=(dns_timeout|dns_error|destination_not_found|destination_unavailable|destination_ip_prohibited"
    r"|destination_ip_unroutable|connection_refused|connection_timeout|http_request_denied)\b"
)


def forwarded(head: bytes, address: Address, proxy: Proxy) -> bytes:
    """The head of a request to ``address`` as ``proxy`` wants it: with the whole URL, and its credential."""
    method, _, rest = head.partition(b" ")
    line, _, fields = rest.partition(b"\r\n")
    scheme = "https" if address.origin.is_tls else "http"
    return b"%b %b://%b%b\r\n%b%b" % (
        method, scheme.encode(), address.authority.encode("ascii"), line, proxy.header, fields,
    )  # fmt: skip


def was_not_forwarded(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer to a forwarded request is the proxy's own, and says that the server got nothing of it."""
    if status == 407:
        return True
    if status < 400:
        return False
    return headers.get("x-squid-error", "").startswith(_SQUID) or bool(_STATUS.search(headers.get("proxy-status", "")))


class Greeting(asyncio.Protocol):
    """Has an HTTP proxy connect to an origin; afterwards the transport is free for what is said there."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._came = bytearray()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The proxy is connected."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        """The proxy's answer; nothing of the origin's follows it before it was greeted."""
        self._came += data
        if not self._answer.done() and (_END in self._came or len(self._came) > _MAX_HEAD):
            self._answer.set_result(bytes(self._came))

    def connection_lost(self, exc: Exception | None) -> None:
        """The proxy closed."""
        if not self._answer.done():
            self._answer.set_result(bytes(self._came))

    def close(self) -> None:
        """Hang up."""
        if self.transport is not None:
            self.transport.abort()

    async def connect(self, origin: Origin) -> asyncio.Transport:
        """Ask for ``origin``.

        Raises:
            ProxyError: the proxy does not connect to it.
        """
        assert self.transport is not None
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        target = f"{host}:{origin.port}"
        lines = f"CONNECT {target} HTTP/1.1\r\nhost: {target}\r\nuser-agent: mcptui/{__version__}\r\n"
        self.transport.write(lines.encode("ascii") + self._proxy.header + b"\r\n")
        head, end, excess = (await self._answer).partition(_END)
        status = _status(head)
        if status is None or not end:
            raise ProxyError(self._proxy, "it did not answer with HTTP" if head else "it closed the connection")
        if not 200 <= status < 300:
            raise ProxyError(self._proxy, "it does not connect", status)
        if excess:
            raise ProxyError(self._proxy, "it sent more than an answer")
        return self.transport


def _status(head: bytes) -> int | None:
    protocol, _, rest = head.partition(b" ")
    return int(rest[:3]) if protocol.startswith(b"HTTP/1.") and rest[:3].isdigit() and len(rest[:3]) == 3 else None


async def through_socks(proxy: Proxy, host: str, port: int, timeout: float) -> socket.socket:
    """A socket that a SOCKS proxy has connected to ``host``, an address, or a name that the proxy resolves.

    Raises:
        ProxyError: the proxy does not connect to it.
    """
    # Loaded when one is used.
    from python_socks import ProxyConnectionError, ProxyTimeoutError, ProxyType
    from python_socks import ProxyError as SocksError
    from python_socks.async_.asyncio import Proxy as Socks

    socks = Socks(ProxyType.SOCKS5, proxy.host, proxy.port, proxy.user, proxy.password, rdns=True)
    try:
        connected = await socks.connect(host, port, timeout=timeout)
    except (ProxyConnectionError, ProxyTimeoutError) as error:
        raise ProxyError(proxy, "it cannot be reached") from error.__cause__
    except SocksError as error:
        raise ProxyError(proxy, f"it answered: {error}") from None
    except OSError:
        raise ProxyError(proxy, "it closed the connection") from None
    except ValueError:
        raise ProxyError(proxy, "SOCKS takes a user, a password and a host of at most 255 ASCII characters") from None
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected
