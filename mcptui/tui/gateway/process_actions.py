"""The gateway's process in the Gateway mode: its card, and starting, stopping, restarting it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from textual import getters
from textual.widgets import Static

from mcptui.errors import McptuiError
from mcptui.model.runtime import GatewayStatus
from mcptui.protocol.text import counted
from mcptui.services import settings
from mcptui.supervisor.port_owner import free_port
from mcptui.supervisor.process import PortInUseError
from mcptui.tui.background import background
from mcptui.tui.gateway.card import card, one_line_card
from mcptui.tui.gateway.settings_form import edit_settings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import ConfirmDialog

_LOG_TAIL: Final = 12
_TROUBLE: Final = frozenset({"failed", "lost", "silent"})


class ProcessActions(ModeScreen):
    """The part of the Gateway mode that knows the process."""

    pane = getters.query_one("#card", DetailPane)

    def __init__(self) -> None:
        super().__init__()
        self._log_tail: list[str] = []

    @property
    def is_port_taken(self) -> bool:
        """Whether the gateway could not start because another program has its port."""
        return isinstance(self.app.gateway_view.error, PortInUseError)

    def gateway_changed(self, view: GatewayView) -> None:
        if view.phase in _TROUBLE:
            self.read_log_tail()
        self.show_card()
        self.refresh_bindings()

    def show_card(self) -> None:
        """Draw what is known about the process."""
        view, gateway, now = self.app.gateway_view, self.state.gateway, self.context.clock()
        self.set_class(view.phase in _TROUBLE, "-trouble")
        self.pane.show("Gateway", card(view, gateway, now, self._log_tail))
        self.query_one("#brief", Static).update(one_line_card(view, gateway, now))

    @background(group="log tail", exclusive=True)
    async def read_log_tail(self) -> None:
        """The last lines of the log, for the explanation of a crash."""
        self._log_tail = await self.context.gateway.logs(_LOG_TAIL)
        self.show_card()

    @background(group="start-stop", exclusive=True)
    async def action_start_stop(self) -> None:
        """Start the gateway; or stop it, after a question: clients without sessions cannot be counted."""
        status = self.app.gateway_view.status
        if status is None:
            self.app.start_gateway()
        elif await self._confirmed("Stop", f"{_ending(status)}\nClients cannot use any server until it is started."):
            self.app.stop_gateway()

    @background(group="start-stop", exclusive=True)
    async def action_restart(self) -> None:
        """Stop and start the gateway, after a question."""
        status = self.app.gateway_view.status
        if status is None or await self._confirmed("Restart", f"{_ending(status)}\nRunning calls are cancelled."):
            self.app.restart_gateway()

    async def _confirmed(self, verb: str, text: str) -> bool:
        dialog = ConfirmDialog(f"{verb} the gateway?", text, verb)
        return await self.app.push_screen_wait(dialog) == "confirm"

    @background(group="reload", exclusive=True)
    async def action_reload(self) -> None:
        """Let the gateway read the state file now."""
        revision = await self.context.gateway.reload()
        self.app.say(f"Configuration reloaded, revision {revision[:8]}")
        self.app.poll_gateway()

    @background(group="change")
    async def action_survive(self) -> None:
        """Switch whether the gateway keeps running after quitting."""
        gateway = self.state.gateway
        mine = replace(gateway, survive_app=not gateway.survive_app)
        await self.app.change(settings.update_settings, gateway=mine)

    @background(group="change")
    async def action_free_port(self) -> None:
        """Save the next free port; the app then starts the gateway there."""
        gateway = self.state.gateway
        port = await asyncio.to_thread(free_port, gateway.host, gateway.port + 1)
        if port is None:
            raise McptuiError("No free port found.", hint="Set one in the settings: f2")
        await self.app.change(settings.update_settings, gateway=replace(gateway, port=port))

    @background(group="dialog", exclusive=True)
    async def action_settings(self) -> None:
        """Change the settings of the gateway and of the secret store."""
        await edit_settings(self.app)

    def action_copy_url(self) -> None:
        """Copy the endpoint's URL."""
        if (status := self.app.gateway_view.status) is not None:
            self.app.copy_to_clipboard(f"{status.url}/mcp")
            self.app.say(f"Copied {status.url}/mcp")


def _ending(status: GatewayStatus) -> str:
    if not status.sessions:
        return "No client has an open session."
    return f"{counted(status.sessions, 'open session')} end{'s' if status.sessions == 1 else ''}."
