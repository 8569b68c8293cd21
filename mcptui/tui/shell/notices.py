"""Notices to a person who looks elsewhere: a denied call, a server that went down, a login that is due."""

from __future__ import annotations

import os
from contextlib import suppress

from mcptui.errors import McptuiError
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.context import AppContext
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.life.notices import Notice, NoticeLimit, is_still_so, notice_of_call, notices_of_change, text_of
from mcptui.tui.shell.state_changes import StateApp
from mcptui.tui.shell.terminal_notice import notice_sequence


class NoticesApp(StateApp):
    """An app that gives notice, as the setting ``notices`` says."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._limit = NoticeLimit()
        #: Those that wait until there may be another one.
        self._late: list[Notice] = []
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

    def give_notice(self, *notices: Notice) -> None:
        """Ring or notify once for all of them; where there was a notice just now, later for those that are still so."""
        now = self.context.clock()
        new = self._limit.untold(notices, now) if self.gives_notice else []
        if not new:
            return
        if wait := self._limit.wait(now):
            late = [notice for notice in new if notice.kind != "denied" and notice not in self._late]
            if late and not self._late:
                self.set_timer(wait, self._give_late)
            self._late += late
        else:
            self._limit.tell(new, now)
            self.write_aside(notice_sequence(text_of(new), self.state.gateway.notices, os.environ))

    def _give_late(self) -> None:
        late, self._late = self._late, []
        self.give_notice(*(notice for notice in late if is_still_so(notice, self.gateway_view)))

    def _look_at_gateway(self, view: GatewayView) -> None:
        before, self._view_before = self._view_before, view
        self.give_notice(*notices_of_change(before, view))
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
