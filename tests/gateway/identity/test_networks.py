"""Where a client is, and the networks that a key may be used from."""

from __future__ import annotations

import pytest

from mcptui.gateway.identity.networks import client_address, is_within

PROXIES = ("127.0.0.1", "10.9.0.0/16", "::1")


@pytest.mark.parametrize(
    ("address", "networks", "inside"),
    [
        ("10.1.2.3", ("10.0.0.0/8",), True),
        ("11.1.2.3", ("10.0.0.0/8",), False),
        ("11.1.2.3", ("10.0.0.0/8", "11.1.2.3"), True),
        ("::ffff:10.1.2.3", ("10.0.0.0/8",), True),
        ("2001:db8::1", ("2001:db8::/32",), True),
        ("2001:db9::1", ("2001:db8::/32", "10.0.0.0/8"), False),
        ("fe80::1%eth0", ("fe80::/10",), True),
        ("10.1.2.3", ("10.1.2.3/8",), True),
        ("10.1.2.3", (), False),
        ("somewhere", ("0.0.0.0/0", "::/0"), False),
        ("", ("0.0.0.0/0",), False),
    ],
)
def test_networks(address: str, networks: tuple[str, ...], inside: bool) -> None:
    assert is_within(address, networks) is inside


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("10.1.2.3", [], (), "10.1.2.3"),
        # Whatever a client claims that is not a proxy.
        ("10.1.2.3", ["192.0.2.1"], (), "10.1.2.3"),
        ("10.1.2.3", ["192.0.2.1"], PROXIES, "10.1.2.3"),
        ("127.0.0.1", ["192.0.2.1"], PROXIES, "192.0.2.1"),
        # What stands left of the address that a proxy has added was written by the client.
        ("127.0.0.1", ["10.0.0.1, 192.0.2.1"], PROXIES, "192.0.2.1"),
        ("127.0.0.1", ["10.0.0.1", "192.0.2.1"], PROXIES, "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1, 10.9.3.4, 127.0.0.1"], PROXIES, "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1:4711"], PROXIES, "192.0.2.1"),
        ("::1", ["[2001:db8::1]:4711"], PROXIES, "2001:db8::1"),
        ("::1", ["2001:db8::1"], PROXIES, "2001:db8::1"),
        # Only proxies, or none: the connection's own address.
        ("127.0.0.1", [], PROXIES, "127.0.0.1"),
        ("127.0.0.1", ["10.9.3.4"], PROXIES, "127.0.0.1"),
        # A proxy that says nothing readable: nobody knows.
        ("127.0.0.1", ["unknown"], PROXIES, None),
        ("127.0.0.1", ["192.0.2.1, "], PROXIES, None),
        (None, ["192.0.2.1"], PROXIES, None),
        (None, [], (), None),
    ],
)
def test_the_address_of_a_client(
    peer: str | None, forwarded: list[str], proxies: tuple[str, ...], address: str | None
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(peer, headers, proxies) == address
