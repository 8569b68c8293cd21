"""Which proxy leads to an origin: by the environment, as curl and Python read it, or by a setting."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from mcptui.numbers import whole_number
from mcptui.upstream.wire.address import Origin, ascii_host
from mcptui.upstream.wire.errors import BadAddressError, BadProxyError

_PORTS: Final = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
#: What the setting says for "none at all".
DIRECT: Final = frozenset({"", "none", "direct"})


@dataclass(frozen=True, slots=True)
class Proxy:
    """A forward proxy.

    ``source`` is the variable or setting that names it; ``user`` and ``password`` are shown to it and to nobody else.
    """

    scheme: str
    host: str
    port: int
    source: str
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str, source: str) -> Proxy:
        """The proxy at a URL; without a scheme it is an HTTP proxy.

        Raises:
            BadProxyError: it is no such URL.
        """
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
        except ValueError:
            raise BadProxyError(source, "is not the URL of a proxy") from None
        if scheme not in _PORTS:
            raise BadProxyError(source, f"names a kind of proxy that is not known: {scheme[:20]}")
        # A query or a fragment is a password that nobody has encoded, and the host then stands in it.
        if not host or parts.path.strip("/") or any(char.isspace() or char in "?#" for char in text):
            raise BadProxyError(source, "is not the URL of a proxy")
        try:
            host = ascii_host(host)
        except BadAddressError:
            raise BadProxyError(source, "is not the URL of a proxy") from None
        user = None if parts.username is None else unquote(parts.username)
        password = None if parts.password is None else unquote(parts.password)
        return cls(scheme, host, port or _PORTS[scheme], source, user, password)

    @property
    def origin(self) -> Origin:
        """Where it listens."""
        return Origin(self.host, self.port, self.scheme == "https")

    @property
    def resolves_names(self) -> bool:
        """Whether it is told the host's name rather than an address."""
        return self.scheme != "socks5"

    @property
    def is_socks(self) -> bool:
        """Whether it speaks SOCKS rather than HTTP."""
        return self.scheme.startswith("socks")

    @property
    def shown(self) -> str:
        """Its URL without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def header(self) -> bytes:
        """The line with its credential (RFC 9110 §11.7.2), if it wants one."""
        if self.user is None:
            return b""
        # A variable of the environment may hold bytes that are no UTF-8: they are sent as they are.
        pair = base64.b64encode(f"{self.user}:{self.password or ''}".encode("utf-8", "surrogateescape"))
        return b"proxy-authorization: Basic " + pair + b"\r\n"


#: The proxy that leads to an origin; None for a direct connection.
Proxies: TypeAlias = Callable[[Origin], Proxy | None]


def no_proxy(_: Origin) -> Proxy | None:
    """Everything is reached directly."""
    return None


def one_proxy(text: str, source: str) -> Proxies:
    """One proxy for every origin, those on this machine included; or none, where ``text`` says so.

    What it gives raises a BadProxyError where ``text`` is no URL of a proxy.
    """
    if text.strip().lower() in DIRECT:
        return no_proxy
    return lambda _: Proxy.parse(text.strip(), source)


class EnvironmentProxies:
    """``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``.

    The lower-case name wins, also where it is empty: so a proxy is taken back for one program.
    What is on this machine is never asked for through a proxy.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __call__(self, origin: Origin) -> Proxy | None:
        """The proxy for ``origin``.

        Raises:
            BadProxyError: the variable holds no URL of a proxy.
        """
        if is_loopback(origin.host):
            return None
        for name in ("https_proxy" if origin.is_tls else "http_proxy", "all_proxy"):
            found, text = self._value(name)
            if text:
                bypassed = bypasses(self._value("no_proxy")[1], origin)
                return None if bypassed else Proxy.parse(text, found)
        return None

    def _value(self, name: str) -> tuple[str, str]:
        found = name if name in self._environment else name.upper()
        return found, self._environment.get(found, "").strip()


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by its name or address (RFC 6761 §6.3)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        name = host.lower().rstrip(".")
        return name == "localhost" or name.endswith(".localhost")


def bypasses(no_proxy: str, origin: Origin) -> bool:
    """Whether ``NO_PROXY`` exempts ``origin``.

    Its entries are parted by commas or blanks: ``*`` for everything; a domain, which stands for its subdomains too,
    whether it begins with a dot, with ``*.`` or without; an address; a network (CIDR). Any but a network may end with
    a port. Names are not resolved to see whether they are in a network.
    """
    return any(_matches(entry.lower(), origin) for entry in no_proxy.replace(",", " ").split())


def _matches(entry: str, origin: Origin) -> bool:
    if entry == "*":
        return True
    name, port = _split_port(entry)
    if port is not None and port != origin.port:
        return False
    host = origin.host.lower().rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = name.removeprefix("*").strip(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))
    try:
        return address in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return False


def _split_port(entry: str) -> tuple[str, int | None]:
    """Host and port of ``host:port``, ``[v6]:port``, or an entry without one."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return host, whole_number(rest[1:]) if rest[:1] == ":" else None
    host, _, port = entry.rpartition(":")
    if ":" not in host and host and (number := whole_number(port)) is not None:
        return host, number
    return entry, None
