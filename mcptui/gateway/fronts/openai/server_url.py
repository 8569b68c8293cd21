"""Which servers a tool's ``server_url`` means, decided on the parsed URL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from mcptui.model import GatewaySettings, Server
from mcptui.model.settings import LOOPBACK_HOSTS

_OWN_NAMES: Final = frozenset({"litellm_proxy", "mcptui"})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Meant:
    """Servers behind this gateway: those named (``a,b``, ``@group``), or all (None)."""

    servers: str | None
    #: The URL is that of a registered server: what the headers say is addressed to that.
    registered: bool = False


def meant_by(url: str, settings: GatewaySettings, host: str | None, reachable: Iterable[Server]) -> Meant | None:
    """What ``url`` means; None where it is not this gateway's.

    Args:
        url: as the request has it.
        settings: this gateway's own addresses.
        host: the Host header of the request, which has passed the guard.
        reachable: the servers that the key may use; another one's URL is like any foreign URL.
    """
    parts = _parsed(url)
    if parts is None:
        return _short_form(url)
    if _is_own(parts, settings, host):
        return _path(parts.path)
    address = _address(parts)
    for server in reachable:
        known = _parsed(server.url or "")
        if known is not None and _address(known) == address:
            return Meant(server.name, registered=True)
    return None


def _parsed(url: str) -> SplitResult | None:
    """The parts of an http URL that every reader understands in the same way."""
    if "\\" in url or any(char.isspace() or ord(char) < 32 for char in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return None
    return parts


def _short_form(url: str) -> Meant | None:
    """``mcptui``, ``mcptui/{server}``, ``litellm_proxy/mcp/{server}`` …"""
    name, _, path = url.partition("/")
    if name not in _OWN_NAMES:
        return None
    if path in ("", "mcp", "mcp/"):
        return Meant(None)
    return Meant(unquote(path.removeprefix("mcp/").removesuffix("/mcp")))


def _is_own(parts: SplitResult, settings: GatewaySettings, host: str | None) -> bool:
    name, port = parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]
    if host is not None:
        asked = _parsed(f"{parts.scheme}://{host}")
        if asked is not None and (asked.hostname, asked.port or _DEFAULT_PORTS[parts.scheme]) == (name, port):
            return True
    names = {entry.lower() for entry in settings.allowed_hosts}
    if port == settings.port:
        return name in names | LOOPBACK_HOSTS | {settings.host.lower()}
    # Behind a proxy the gateway has the default port.
    return name in names and port == _DEFAULT_PORTS[parts.scheme]


def _path(path: str) -> Meant | None:
    segments = [unquote(segment) for segment in path.strip("/").split("/")]
    match segments:
        case ["mcp"]:
            return Meant(None)
        case ["mcp", servers] | [servers, "mcp"]:
            return Meant(servers)
    return None


def _address(parts: SplitResult) -> tuple[str, str | None, int, str, str]:
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    return parts.scheme, parts.hostname, port, parts.path.rstrip("/"), parts.query
