from __future__ import annotations

import pytest

from mcptui.upstream.oauth.addresses import zone_of, zone_of_name


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("93.184.216.34", "public"),
        ("2606:2800:220:1::1", "public"),
        ("127.0.0.1", "loopback"),
        ("127.9.9.9", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("fd00::1", "private"),
        ("::ffff:10.0.0.1", "private"),
        ("169.254.169.254", "never"),
        ("::ffff:169.254.169.254", "never"),
        ("fe80::1%eth0", "never"),
        ("fec0::1", "never"),
        ("0.0.0.0", "never"),
        ("::", "never"),
        ("224.0.0.1", "never"),
        ("ff02::1", "never"),
        ("255.255.255.255", "never"),
        ("240.0.0.1", "never"),
        ("192.0.2.1", "never"),
        ("64:ff9b::a9fe:a9fe", "never"),
        ("64:ff9b:1::a9fe:a9fe", "never"),
        ("2002:a9fe:a9fe::1", "never"),
        ("2001::1", "never"),
        ("::10.0.0.1", "never"),
    ],
)
def test_zone(address: str, zone: str) -> None:
    assert zone_of(address) == zone


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("login.example.com", "public"),
        ("Login.Example.COM.", "public"),
        ("vault", "private"),
        ("vault.corp.internal", "private"),
        ("printer.LOCAL", "private"),
        ("nas.home.arpa.", "private"),
        ("internal.example.com", "public"),
    ],
)
def test_a_name_that_only_a_proxy_resolves(name: str, zone: str) -> None:
    assert zone_of_name(name) == zone
