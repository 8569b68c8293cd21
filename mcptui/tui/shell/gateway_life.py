"""The gateway's life as the app follows it: started, watched, started again after a crash, stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from textual import events
from textual.reactive import reactive

from mcptui.errors import McptuiError
from mcptui.model.runtime import GatewayStatus
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.context import AppContext
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.life.poll_pace import PollPace
from mcptui.tui.life.restart_backoff import ATTEMPTS, RestartBackoff
from mcptui.tui.shell.messages import MessagesApp

if TYPE_CHECKING:
    from collections.abc import Awaitable

POLL_SECONDS: Final = 1.0


class GatewayApp(MessagesApp):
    """An app that knows how its gateway is."""

    gateway_view: reactive[GatewayView] = reactive(GatewayView(), init=False)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._backoff = RestartBackoff()
        self._pace = PollPace()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self._pace.wake()
        await super().on_event(event)

    def poll_when_due(self) -> None:
        """Look at the gateway unless nothing has happened for some time."""
        if self._pace.is_due(self.gateway_view):
            self.poll_gateway()

    @background(group="poll")
    async def poll_gateway(self) -> None:
        """Look at the gateway once; one that ended by itself is started again, one that somebody stopped is not."""
        before = self.gateway_view.phase
        gateway = self.context.gateway
        try:
            status = await gateway.status()
            view = self.gateway_view.seen(status, crashed=status is None and await gateway.has_crashed())
        except McptuiError as error:
            view = self.gateway_view.unanswered(error)
        self.gateway_view = view
        if view.status is not None:
            self._backoff.seen_running(self.context.clock() - view.status.started)
        elif view.phase == "lost" and before in {"running", "silent"}:
            self._start_again()

    @background(group=ENDLESS)
    async def attend_gateway(self) -> None:
        """Be there for the gateway: one that is to end with the app ends also when the app is killed."""
        while True:
            with suppress(McptuiError):
                async for _ in self.context.gateway.attend():
                    pass
            if self.gateway_view.phase == "running":
                self.poll_gateway()  # it may have ended
            await asyncio.sleep(POLL_SECONDS)

    def _start_again(self) -> None:
        delay = self._backoff.delay()
        if delay is None:
            self.say("Gateway exited again; not restarted. Press s in mode 5 to start it; see its log for the reason.")
            return
        attempt = f"attempt {self._backoff.attempts} of {ATTEMPTS}"
        self.say(f"Gateway exited; restarting in {delay:g} s ({attempt}).")
        self.set_timer(delay, self.start_if_lost)

    def start_if_lost(self) -> None:
        """Start the gateway unless something else happened to it meanwhile."""
        if self.gateway_view.phase == "lost":
            self.start_gateway()

    @background(group="gateway", exclusive=True)
    async def start_gateway(self) -> None:
        """Start the gateway or adopt the running one."""
        await self._bring_up(self.context.gateway.start)

    @background(group="gateway", exclusive=True)
    async def restart_gateway(self) -> None:
        """Stop and start the gateway."""
        await self._bring_up(self.context.gateway.restart)

    async def _bring_up(self, start: Callable[[], Awaitable[GatewayStatus]]) -> None:
        self.gateway_view = GatewayView("starting")
        try:
            self.gateway_view = GatewayView("running", await start())
        except McptuiError as error:
            self.gateway_view = GatewayView("failed", error=error)
            if self.current_mode == "gateway":  # where the screen itself says it
                self.errors.add(error)
            else:
                raise

    @background(group="gateway", exclusive=True)
    async def stop_gateway(self) -> None:
        """Stop the gateway."""
        self.gateway_view = GatewayView("stopping", self.gateway_view.status)
        await self.context.gateway.stop()
        self.gateway_view = GatewayView("stopped")
