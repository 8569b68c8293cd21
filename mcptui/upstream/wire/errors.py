"""What goes wrong between here and a server, before anybody puts it in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcptui.upstream.wire.certificate import PeerCertificate
    from mcptui.upstream.wire.proxies import Proxy


class WireError(Exception):
    """The connection did not do its part; the message holds nothing that was sent."""


class BadAddressError(WireError):
    """The URL has no host, or a scheme that is not http or https."""


class BadHeaderError(WireError):
    """A header holds characters that would end it."""


class ConnectError(WireError):
    """No connection could be opened, so nothing was sent; the cause is the OSError or ssl.SSLError."""


class BadProxyError(ConnectError):
    """What names the proxy is no URL of one."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(why)
        self.source = source


class ProxyError(ConnectError):
    """The proxy could not be reached, or did not connect.

    ``status`` is what it answered, if it did; without one, the cause is the OSError or ssl.SSLError.
    """

    def __init__(self, proxy: Proxy, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.proxy = proxy
        self.status = status


class TlsError(ConnectError):
    """The other end was reached, but not over TLS as it should be; the cause is the ssl.SSLError.

    ``certificate`` is the one that was refused, where it could be looked at.
    """

    def __init__(self, why: str, certificate: PeerCertificate | None = None) -> None:
        super().__init__(why)
        self.certificate = certificate


class TlsSettingError(ConnectError):
    """A file that TLS was set up with cannot be used; ``setting`` names what says so."""

    def __init__(self, setting: str, why: str, hint: str) -> None:
        super().__init__(why)
        self.setting = setting
        self.hint = hint


class BrokenError(WireError):
    """An open connection ended, or what came over it is not HTTP."""


class TooLargeError(WireError):
    """A body is larger than its reader allows."""
