"""What can be done in the Gateway mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcptui.tui.actions import Action

if TYPE_CHECKING:
    from mcptui.tui.gateway.screen import GatewayScreen


def _is_running(screen: GatewayScreen) -> bool:
    return screen.app.gateway_view.is_running


ACTIONS: Final = (
    Action(
        id="gateway.start_stop",
        title="Start or stop the gateway",
        handler="start_stop",
        keys=("s",),
        label="Start/stop",
    ),
    Action(
        id="gateway.restart",
        title="Restart the gateway",
        handler="restart",
        keys=("R",),
        label="Restart",
        when=_is_running,
    ),
    Action(
        id="gateway.reload",
        title="Read the state file now",
        handler="reload",
        keys=("r",),
        label="Reload",
        when=_is_running,
    ),
    Action(id="gateway.log", title="Switch between calls and log", handler="log", keys=("l",), label="Log"),
    Action(
        id="gateway.survive",
        title="Switch whether the gateway keeps running after quitting",
        handler="survive",
        keys=("w",),
    ),
    Action(id="gateway.copy", title="Copy the endpoint's URL", handler="copy_url", keys=("y",), when=_is_running),
)
