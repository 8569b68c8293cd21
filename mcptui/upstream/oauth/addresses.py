"""Which addresses the URLs in foreign metadata may lead to (server-side request forgery)."""

from __future__ import annotations

import ipaddress
from typing import Final, Literal, TypeAlias

Zone: TypeAlias = Literal["public", "private", "loopback", "never"]
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_PRIVATE: Final = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
# IPv6 addresses that lead to an IPv4 one: 6to4, NAT64 (both prefixes), Teredo, IPv4-compatible, ISATAP-free rest.
_EMBEDDING: Final = tuple(
    map(ipaddress.ip_network, ("2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "::/96"))
)


#: Names that mean something in one's own network only (RFC 6762, RFC 8375, and what networks use in fact).
_LOCAL: Final = frozenset({"local", "internal", "lan", "home", "corp", "intranet", "private", "localdomain", "arpa"})


def zone_of_name(host: str) -> Zone:
    """Where a name is that cannot be resolved here, only by a proxy.

    Networks in which that is so know the names of their own machines; what they do not know is outside.
    """
    labels = host.lower().rstrip(".").split(".")
    return "private" if len(labels) == 1 or labels[-1] in _LOCAL else "public"


def zone_of(address: str) -> Zone:
    """Where ``address`` is; "never" for what no server can be: link-local (cloud metadata), multicast, reserved."""
    ip: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return "never"
    if any(ip in network for network in _PRIVATE if network.version == ip.version):
        return "private"
    if isinstance(ip, ipaddress.IPv6Address) and (
        ip.is_site_local or any(ip in network for network in _EMBEDDING if network.version == 6)
    ):
        return "never"
    return "public" if ip.is_global else "never"
