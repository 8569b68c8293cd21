"""Notices to a person who looks elsewhere: a denied call, a server that went down, a login that is due."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial

from mcptui.errors import McptuiError
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.context import AppContext
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.life.notices import Notice, NoticeLimit, is_still_so, notice_of_call, notices_of_change
from mcptui.tui.shell.state_changes import StateApp
from mcptui.tui.shell.terminal_notice import notice_sequence


class NoticesApp(StateApp):
    """An app that gives notice, as the setting ``notices`` says."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._limit = NoticeLimit()
        self._view_before = GatewayView()
        #: The gateway whose calls are followed.
        self._followed = ""

    def on_mount(self) -> None:
        self.watch(self, "gateway_view", self._look_at_gateway, init=False)
        self.watch(self, "loaded", self._follow_where_wanted, init=False)

    @property
    def gives_notice(self) -> bool:
        """Whether there are to be notices."""
        return self.state.gateway.notices != "off"

    def give_notice(self, notice: Notice) -> None:
        """Ring or notify; where there was a notice just now, later if it is still so."""
        wait = self._limit.wait(notice, self.context.clock()) if self.gives_notice else None
        if wait == 0:
            self.write_aside(notice_sequence(notice.text, self.state.gateway.notices, os.environ))
        elif wait is not None and notice.kind != "denied":
            self.set_timer(wait, partial(self._give_late, notice))

    def _give_late(self, notice: Notice) -> None:
        if is_still_so(notice, self.gateway_view):
            self.give_notice(notice)

    def _look_at_gateway(self, view: GatewayView) -> None:
        before, self._view_before = self._view_before, view
        for notice in notices_of_change(before, view):
            self.give_notice(notice)
        self._follow_where_wanted()

    def _follow_where_wanted(self) -> None:
        """Calls are followed only for notices, and once."""
        status = self.gateway_view.status
        if self.gives_notice and status is not None and status.instance_id != self._followed:
            self._followed = status.instance_id
            self.follow_denied_calls(status.instance_id)

    @background(group=ENDLESS)
    async def follow_denied_calls(self, instance: str) -> None:
        """Give notice of the calls that a gateway denies from now on."""
        since = self.context.clock()
        with suppress(McptuiError):
            async for record in self.context.gateway.traffic(follow=True):
                if not self.gives_notice:
                    break
                if record.at >= since and (notice := notice_of_call(record)) is not None:
                    self.give_notice(notice)
        if self._followed == instance:
            self._followed = ""
