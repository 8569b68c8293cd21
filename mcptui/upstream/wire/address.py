"""Where a URL leads: the connection it needs, and what its requests begin with."""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from mcptui.upstream.wire.errors import BadAddressError

_PORTS = {"http": 80, "https": 443}
# What may stand in a request target as it is (RFC 3986 §3.3, §3.4); "%" since the URL is encoded already.
_SAFE = "/?:@!$&'()*+,;=-._~%[]"


@dataclass(frozen=True, slots=True)
class Origin:
    """One end of a connection; requests to the same origin share connections."""

    host: str
    port: int
    is_tls: bool


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart.

    ``authority`` is the Host header, ``target`` the request target (RFC 9112 §3.2.1), ``authorization`` the
    value that user info in the URL means, if it has any.
    """

    origin: Origin
    authority: str
    target: str = field(repr=False)
    authorization: str | None = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> Address:
        """Take ``url`` apart.

        Raises:
            BadAddressError: it is no http(s) URL with a host.
        """
        try:
            url.encode()  # a reference to a variable may give bytes that are no text
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise BadAddressError("not a URL") from None
        host = parts.hostname
        if parts.scheme not in _PORTS or not host:
            raise BadAddressError("not an http or https URL")
        default = _PORTS[parts.scheme]
        host = ascii_host(host)
        shown = f"[{host}]" if ":" in host else host
        target = quote(parts.path or "/", safe=_SAFE)
        if parts.query:
            target += "?" + quote(parts.query, safe=_SAFE)
        return cls(
            Origin(host, port or default, parts.scheme == "https"),
            shown if port in (None, default) else f"{shown}:{port}",
            target,
            _basic(parts.username, parts.password),
        )


def ascii_host(host: str) -> str:
    """The host as DNS takes it (IDNA); addresses as they are.

    Raises:
        BadAddressError: there can be no such name.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddressError("not a host name") from None
    if not name or not all(char.isalnum() or char in "-._" for char in name):
        raise BadAddressError("not a host name")
    return name


def _basic(user: str | None, password: str | None) -> str | None:
    if user is None:
        return None
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")
