"""Where a client is: its address, also behind reverse proxies, and the networks that a key may be used from."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address(peer: str | None, headers: Mapping[str, list[str]], proxies: tuple[str, ...]) -> str | None:
    """The address that a request came from, over a connection from ``peer``; None where it cannot be told.

    ``X-Forwarded-For`` counts only where the connection comes from one of ``proxies``, and of it the last address
    that is not a proxy itself: what stands left of it was written by the client.
    """
    if not proxies or peer is None or not is_within(peer, proxies):
        return peer
    hops = [hop.strip() for value in headers.get("x-forwarded-for", ()) for hop in value.split(",")]
    for hop in reversed(hops):
        address = _without_port(hop)
        if _parsed(address) is None:
            return None
        if not is_within(address, proxies):
            return address
    return peer


def is_allowed_from(address: str | None, networks: tuple[str, ...] | None) -> bool:
    """Whether a key that may be used from ``networks`` may be used from ``address``; without networks, from all."""
    return not networks or (address is not None and is_within(address, networks))


@lru_cache(maxsize=4096)
def is_within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether ``address`` lies in one of ``networks`` (CIDR, or single addresses)."""
    parsed = _parsed(address)
    return parsed is not None and any(parsed in ipaddress.ip_network(each, strict=False) for each in networks)


def _parsed(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # A dual-stack listener shows IPv4 clients as ::ffff:a.b.c.d.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(hop: str) -> str:
    """Some proxies write ``1.2.3.4:5678`` or ``[::1]:5678``."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
