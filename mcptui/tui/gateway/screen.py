"""The Gateway mode: the process, its log, and what crosses it."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar, Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.widgets import DataTable

from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallRecord
from mcptui.services import settings
from mcptui.state.loaded import Loaded
from mcptui.tui.actions import bindings
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.base import ModeScreen
from mcptui.tui.gateway.actions import ACTIONS
from mcptui.tui.gateway.calls import COLUMNS, call_row, call_text, call_title
from mcptui.tui.gateway.card import card
from mcptui.tui.gateway_view import GatewayView
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import ConfirmDialog, TextDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.log_pane import LogPane

_CALLS_KEPT: Final = 300
_LOG_TAIL: Final = 12


class GatewayScreen(ModeScreen):
    """The Gateway mode."""

    MODE = "gateway"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP = """\
# Gateway

The process that clients connect to. **s** starts and stops it, **R** restarts it. It may go on when the
app is closed: **w** switches that.

Calls are listed as they happen; **enter** shows request and answer, with secrets masked.
"""
    DEFAULT_CSS = """
    GatewayScreen {
        & #left { height: auto; }
        & #card { height: auto; max-height: 14; }
        & #log { height: 1fr; display: none; }
        & #calls { height: 1fr; }
        &.-log #left { height: 1fr; }
        &.-log #log { display: block; }
        &.-log #calls { display: none; }
        &.-wide {
            & #panes { layout: horizontal; }
            & #left { width: 1fr; height: 100%; }
            & #card { max-height: 100%; }
            & #log { display: block; }
            & #calls { display: block; width: 2fr; height: 100%; }
        }
    }
    """
    AUTO_FOCUS = "#calls ListTable"
    pane = getters.query_one("#card", DetailPane)
    calls = getters.query_one("#calls", FilterTable)
    log_pane = getters.query_one("#log", LogPane)

    def __init__(self) -> None:
        super().__init__()
        self._records: deque[CallRecord] = deque(maxlen=_CALLS_KEPT)
        self._flush_planned = False
        self._instance = ""
        self._log_tail: list[str] = []

    def compose_body(self) -> ComposeResult:
        empty = EmptyState.content_of("No calls yet", "What clients ask of the gateway is listed here.")
        with Container(id="panes"):
            with Vertical(id="left"):
                yield DetailPane("Gateway", id="card")
                yield LogPane("Log", id="log")
            yield FilterTable("Calls", COLUMNS, empty=empty, id="calls")

    def on_mount(self) -> None:
        self.follow_log()
        self.set_interval(1.0, self._show)

    def on_resize(self, event: events.Resize) -> None:
        width = event.size.width
        room = width * 2 // 3 if width >= 108 else width
        self.calls.set_rank(0 if room < 76 else 1 if room < 88 else 2)

    def state_changed(self, loaded: Loaded) -> None:
        self._show()

    def gateway_changed(self, view: GatewayView) -> None:
        if view.phase in {"failed", "lost", "silent"}:
            self.read_log_tail()
        elif view.status is not None and view.status.instance_id != self._instance:
            self._instance = view.status.instance_id
            self._records.clear()
            self.follow_traffic()
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        now = self.context.clock()
        self.pane.show("Gateway", card(self.app.gateway_view, self.state.gateway, now, self._log_tail))

    # --- following ---

    @background(group="log tail", exclusive=True)
    async def read_log_tail(self) -> None:
        """The last lines of the log, for the explanation of a crash."""
        self._log_tail = await self.context.gateway.logs(_LOG_TAIL)
        self._show()

    @background(group=ENDLESS)
    async def follow_log(self) -> None:
        """Show the log and what is added to it."""
        self.log_pane.add(await self.context.gateway.logs())
        async for line in self.context.gateway.follow_logs():
            self.log_pane.add([line])

    @background(group=ENDLESS)
    async def follow_traffic(self) -> None:
        """Collect calls until the gateway ends; the next instance starts anew."""
        instance = self._instance
        with suppress(UnreachableError):
            async for record in self.context.gateway.traffic():
                if instance != self._instance:
                    return
                self._records.append(record)
                self._plan_flush()
        if instance == self._instance:
            self._instance = ""

    def _plan_flush(self) -> None:
        """Draw the calls of one refresh together, however many they are."""
        if not self._flush_planned:
            self._flush_planned = True
            self.call_after_refresh(self._flush)

    def _flush(self) -> None:
        self._flush_planned = False
        self.calls.set_rows([call_row(record) for record in reversed(self._records)])

    # --- acting ---

    @on(FilterTable.Opened)
    def _open_call(self, event: FilterTable.Opened) -> None:
        record = next((record for record in self._records if str(record.id) == event.key), None)
        if record is not None:
            self.app.push_screen(TextDialog(call_title(record), call_text(record)))

    @background(group="start-stop", exclusive=True)
    async def action_start_stop(self) -> None:
        """Start the gateway; or stop it, after a question while clients are connected."""
        status = self.app.gateway_view.status
        if status is None:
            self.app.start_gateway()
            return
        if status.sessions:
            text = f"{status.sessions} open sessions end; clients cannot use any server until it is started again."
            if await self.app.push_screen_wait(ConfirmDialog("Stop the gateway?", text, "Stop")) != "confirm":
                return
        self.app.stop_gateway()

    def action_restart(self) -> None:
        """Stop and start the gateway."""
        self.app.restart_gateway()

    @background(group="reload", exclusive=True)
    async def action_reload(self) -> None:
        """Let the gateway read the state file now."""
        revision = await self.context.gateway.reload()
        self.app.say(f"The gateway uses revision {revision[:8]}")
        self.app.poll_gateway()

    def action_log(self) -> None:
        """Show the log instead of the calls, or the other way round."""
        self.toggle_class("-log")
        if self.has_class("-log"):
            self.log_pane.log_widget.focus()
        else:
            self.calls.query_one(DataTable).focus()

    @background(group="change")
    async def action_survive(self) -> None:
        """Switch whether the gateway keeps running after quitting."""
        gateway = self.state.gateway
        await self.app.change(settings.update_gateway, replace(gateway, survive_app=not gateway.survive_app))

    def action_copy_url(self) -> None:
        """Copy the endpoint's URL."""
        if (status := self.app.gateway_view.status) is not None:
            self.app.copy_to_clipboard(f"{status.url}/mcp")
            self.app.say(f"Copied {status.url}/mcp")
