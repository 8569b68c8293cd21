"""Where the gateway is reached, by what it listens on."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.model import GatewaySettings
from mcptui.model.settings import titles_of


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:4000"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:4000"),
        ({"host": "::"}, "http://127.0.0.1:4000"),
        ({"host": "::1", "port": 1}, "http://[::1]:1"),
        ({"host": "localhost"}, "http://localhost:4000"),
        ({"host": "mcp.example.org", "port": 443, "tls_certfile": "/c"}, "https://mcp.example.org:443"),
        ({"host": "2001:db8::1"}, "http://[2001:db8::1]:4000"),
        ({"tls_keyfile": "/k"}, "http://127.0.0.1:4000"),
    ],
)
def test_the_address_for_clients_on_this_machine(settings: dict[str, Any], url: str) -> None:
    assert GatewaySettings(**settings).base_url == url


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("127.0.0.1.example.org", False),
        ("", False),
    ],
)
def test_whether_others_can_connect(host: str, is_loopback: bool) -> None:
    assert GatewaySettings(host=host).is_loopback is is_loopback


def test_what_needs_a_restart() -> None:
    started = GatewaySettings()
    assert GatewaySettings(log_level="debug").restart_for(started) == ()
    changed = GatewaySettings(port=4100, tls_certfile="/c", tls_keyfile="/k", log_level="debug")
    assert changed.restart_for(started) == ("port", "tls_certfile", "tls_keyfile")
    assert titles_of((*changed.restart_for(started), "later")) == "Port, Certificate, Private key, later"
