"""The connected clients as a list."""

from __future__ import annotations

from mcptui.model.runtime import ConnectedClient
from mcptui.tui.gateway.clients_pane import client_content

CLIENT = ConnectedClient(
    id="1f2e3d4c",
    name="Cursor 1.2",
    key="cursor",
    address="127.0.0.1",
    protocol="2025-11-25",
    since=400.0,
    last_used=900.0,
    sessions=2,
)


def test_a_client_in_full() -> None:
    text = client_content(CLIENT, 1000.0).plain
    assert text.startswith("Cursor 1.2\n")
    assert "Protocol  2025-11-25" in text
    assert "10 m ago" in text
    assert "1 m ago" in text
    assert "can connect again" in text
