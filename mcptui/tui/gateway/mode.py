"""The Gateway mode."""

from __future__ import annotations

from typing import Final

from mcptui.tui.gateway.actions import ACTIONS
from mcptui.tui.shell.mode import Mode

GATEWAY: Final = Mode(
    id="gateway",
    title="Gateway",
    screen="mcptui.tui.gateway.screen:GatewayScreen",
    actions=ACTIONS,
    reveals=frozenset({"calls"}),
)
