from __future__ import annotations

from mcptui.services.clients import CLIENT_KINDS, client_config


def test_every_kind_is_reachable_through_the_service() -> None:
    for kind in CLIENT_KINDS:
        assert "sk-mcptui-x" in client_config(kind, base_url="http://127.0.0.1:4000", key="sk-mcptui-x")
