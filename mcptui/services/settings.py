"""Settings of the gateway and of the secret store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcptui.model import GatewaySettings, SecretSettings
    from mcptui.services.workspace import Change, Workspace


def update_gateway(ws: Workspace, settings: GatewaySettings, *, expected: str | None = None) -> Change:
    """Save the gateway's settings. Host and port take effect with its next start.

    Raises:
        RefusedError: the file is not of revision ``expected`` any more.
        StateError: a setting, or the file, cannot be used.
    """
    return ws.change("Gateway settings saved", lambda state: replace(state, gateway=settings), expected=expected)


def update_secrets(ws: Workspace, settings: SecretSettings, *, expected: str | None = None) -> Change:
    """Save where secrets are kept. Secrets that are there already are not moved.

    Raises:
        RefusedError: the file is not of revision ``expected`` any more.
        StateError: a setting, or the file, cannot be used.
    """
    return ws.change("Secret settings saved", lambda state: replace(state, secrets=settings), expected=expected)
