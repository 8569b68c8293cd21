from __future__ import annotations

import pytest

from mcptui.errors import RefusedError
from mcptui.model import GatewaySettings, SecretSettings
from mcptui.services.settings import update_settings
from mcptui.services.workspace import Workspace
from mcptui.state.errors import StateError


def test_settings_are_saved(ws: Workspace) -> None:
    change = update_settings(ws, gateway=GatewaySettings(port=4321, survive_app=True))
    assert change.after.state.gateway.port == 4321
    settings = SecretSettings(backend="vault", key_file_consent=True)
    after = update_settings(ws, secrets=settings, expected=change.after.revision).after.state
    assert (after.secrets, after.gateway.port) == (settings, 4321)
    with pytest.raises(RefusedError, match="changed on disk"):
        update_settings(ws, gateway=GatewaySettings(), expected=change.after.revision)


def test_both_are_one_change(ws: Workspace) -> None:
    before = ws.load().state
    change = update_settings(ws, gateway=GatewaySettings(port=4321), secrets=SecretSettings(backend="vault"))
    assert (change.after.state.gateway.port, change.after.state.secrets.backend) == (4321, "vault")
    assert ws.undo(change).after.state == before


def test_what_is_unset_is_not_in_the_file(ws: Workspace) -> None:
    ws.paths.ensure()
    file = ws.paths.config_file
    file.write_text(
        '[gateway]\nport = 4000 # ours\nhost = "127.0.0.1"\n\n[secrets]\nbackend = "vault"\n', encoding="utf-8"
    )
    update_settings(ws, gateway=GatewaySettings(), secrets=SecretSettings(), unset=["port", "backend"])
    assert file.read_text(encoding="utf-8") == '[gateway]\nhost = "127.0.0.1"\n\n[secrets]\n'


def test_bad_setting_is_named(ws: Workspace) -> None:
    with pytest.raises(StateError) as caught:
        update_settings(ws, gateway=GatewaySettings(port=70_000))
    assert caught.value.message == "gateway.port: must be a whole number from 0 to 65535, not 70000"
