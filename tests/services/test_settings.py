from __future__ import annotations

import pytest

from mcptui.errors import RefusedError
from mcptui.model import GatewaySettings, SecretSettings
from mcptui.services.settings import update_gateway, update_secrets
from mcptui.services.workspace import Workspace
from mcptui.state.errors import StateError


def test_settings_are_saved(ws: Workspace) -> None:
    change = update_gateway(ws, GatewaySettings(port=4321, survive_app=True))
    assert change.after.state.gateway.port == 4321
    settings = SecretSettings(backend="vault", key_file_consent=True)
    assert update_secrets(ws, settings, expected=change.after.revision).after.state.secrets == settings
    with pytest.raises(RefusedError, match="changed on disk"):
        update_gateway(ws, GatewaySettings(), expected=change.after.revision)


def test_bad_setting_is_named(ws: Workspace) -> None:
    with pytest.raises(StateError) as caught:
        update_gateway(ws, GatewaySettings(port=70_000))
    assert caught.value.message == "gateway.port: must be a whole number from 0 to 65535, not 70000"
