"""Settings of the gateway and of the secret store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mcptui.state.encode import default_paths

if TYPE_CHECKING:
    from collections.abc import Collection

    from mcptui.model import GatewaySettings, SecretSettings
    from mcptui.services.workspace import Change, Workspace


def update_settings(
    ws: Workspace,
    *,
    gateway: GatewaySettings | None = None,
    secrets: SecretSettings | None = None,
    expected: str | None = None,
    unset: Collection[str] = (),
) -> Change:
    """Save settings of the gateway, of where secrets are kept, or of both, as one change; None leaves them alone.

    Secrets that are there already are not moved.

    Args:
        unset: settings that are left to their default; their lines go.

    Raises:
        RefusedError: the file is not of revision ``expected`` any more.
        StateError: a setting, or the file, cannot be used.
    """
    given: dict[str, Any] = {name: each for name, each in (("gateway", gateway), ("secrets", secrets)) if each}
    paths = [path for name, each in given.items() for path in default_paths(each, (name,), unset)]
    return ws.change("Settings saved", lambda state: replace(state, **given), expected=expected, unset=paths)
