"""The Gateway mode: the process, what crosses it, and what that costs."""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from mcptui.errors import UnreachableError
from mcptui.state.loaded import Loaded
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.gateway.client_actions import ClientActions
from mcptui.tui.gateway.clients_pane import ClientsPane
from mcptui.tui.gateway.mode import GATEWAY
from mcptui.tui.gateway.process_actions import ProcessActions
from mcptui.tui.gateway.stats_pane import StatsPane
from mcptui.tui.gateway.token_cost_pane import TokenCostPane
from mcptui.tui.gateway.traffic import TrafficPane
from mcptui.tui.keys.actions import bindings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.shell.panes import Split
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.log_pane import LogPane
from mcptui.tui.widgets.tab_line import TabLine

_TABS: Final = {"traffic": "Traffic", "stats": "Statistics", "tokens": "Tokens", "clients": "Clients", "log": "Log"}
#: How often the statistics are counted anew while they are shown, seconds.
_COUNT_EVERY: Final = 5.0


class GatewayScreen(ProcessActions, ClientActions):
    """The Gateway mode."""

    MODE = GATEWAY
    ACTIONS = GATEWAY.actions
    BINDINGS: ClassVar[list[BindingType]] = bindings(GATEWAY.actions)
    PANES = ("#main", "#card", "#detail")
    SPLITS = (Split("gateway", "#main", "#side"),)
    HELP = """\
# Gateway

The process that clients connect to. **s** starts and stops it, **R** restarts it, **Q** switches whether it keeps
running after the app.

**Traffic** lists calls live. **enter** shows one with all its messages, secrets masked; **r** replays it as a key of
your choice, **e** opens it in Test to edit and resend it, **a** grants the access that a denied call lacked, and **x**
exports the list.

**/** filters: `key:` `server:` `tool:` `method:` `client:` `outcome:` `since:` `until:` `ms:` `size:` `body:`
or free text. `-` negates a term, commas separate alternatives, `*` and quotes match the whole field:
`outcome:failed -server:github tool:read_* since:1h`.

**Statistics** group calls by server, key, tool or client. **Tokens** shows the context cost of each key's tool
definitions. **Clients** lists who is connected; **d** disconnects a client. **[** and **]** change the view.
"""
    DEFAULT_CSS = """
    GatewayScreen {
        & #panes { layout: vertical; }
        & #side { dock: top; height: auto; }
        & #brief { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #card { height: auto; max-height: 14; display: none; }
        & #detail { display: none; height: 1fr; }
        & #main { height: 1fr; }
        & #tabs { margin: 0 1; }
        & .view { height: 1fr; display: none; }
        & .view.-current { display: block; }
        &.-trouble #card { display: block; }
        &.-trouble #brief { display: none; }
        &.-wide {
            & #panes { layout: horizontal; }
            & #main { width: 1fr; height: 100%; }
            & #side { dock: none; width: 40%; min-width: 44; max-width: 84; height: 100%; }
            & #brief { display: none; }
            & #card, & #detail { display: block; }
        }
    }
    """
    AUTO_FOCUS = "#traffic VirtualTable"
    stats = getters.query_one("#stats", StatsPane)
    costs = getters.query_one("#tokens", TokenCostPane)
    log_pane = getters.query_one("#log", LogPane)

    def __init__(self) -> None:
        super().__init__()
        self._instance = ""

    def compose_body(self) -> ComposeResult:
        with Container(id="panes"):
            with Vertical(id="main"):
                yield TabLine(_TABS, id="tabs")
                yield _view(TrafficPane(self.context, id="traffic"))
                yield _view(StatsPane(self.context, id="stats"))
                yield _view(TokenCostPane(self.context, id="tokens"))
                yield _view(LogPane("Log", id="log"))
                yield _view(ClientsPane(self.context, id="clients"))
            with Vertical(id="side"):
                yield Static(id="brief")
                yield DetailPane("Gateway", id="card")
                yield DetailPane("Call", id="detail")

    def on_mount(self) -> None:
        self.traffic.add_class("-current")

    def opened(self) -> None:
        self.follow_log()
        self.set_interval(1.0, self._tick)
        self.set_interval(_COUNT_EVERY, self._count)

    def _tick(self) -> None:
        """The card says for how long the process runs."""
        if self.is_shown:
            self.show_card()

    def state_changed(self, loaded: Loaded) -> None:
        self.show_card()
        self.show_call()
        if self.tab == "tokens":
            self._count_tokens()

    def gateway_changed(self, view: GatewayView) -> None:
        super().gateway_changed(view)
        self.traffic.gateway_changed(view)
        self.stats.gateway_changed(view)
        self.costs.gateway_changed(view)
        self.clients.gateway_changed(view)
        if view.status is not None and view.status.instance_id != self._instance:
            self._instance = view.status.instance_id
            # The history has what an earlier gateway recorded, and was out of reach while none ran.
            self.traffic.search()
            self.follow_traffic()
            if self.tab == "tokens":
                self._count_tokens()

    # --- views ---

    @on(TabLine.Chosen, "#tabs")
    def _tab_chosen(self) -> None:
        for view in self.query(".view"):
            view.set_class(view.id == self.tab, "-current")
        match self.tab:
            case "traffic":
                self.traffic.focus_list()
                self.show_call()
            case "stats":
                self.stats.table.focus()
                self._count()
            case "tokens":
                self.costs.table.focus()
                self._count_tokens()
            case "clients":
                self.clients.table.focus()
                self.clients.refresh_clients()
            case "log":
                self.log_pane.log_widget.focus()
                self.detail.show("Log", Content("/ filter · L level · f follow"))
        self.refresh_bindings()

    def _count(self) -> None:
        if self.tab == "stats" and self.is_active:
            self.stats.refresh_stats(self.traffic.call_query)
        elif self.tab == "clients" and self.is_active:
            self.clients.refresh_clients()

    def _count_tokens(self) -> None:
        self.costs.refresh_costs(self.state)

    @on(StatsPane.Highlighted)
    def _group(self, event: StatsPane.Highlighted) -> None:
        if self.tab == "stats":
            self.detail.show("Calls", event.shown, keep_place=False)

    @on(TokenCostPane.Highlighted)
    def _weight(self, event: TokenCostPane.Highlighted) -> None:
        if self.tab == "tokens":
            self.detail.show("Tokens", event.shown, keep_place=False)

    def action_step_tab(self, by: int) -> None:
        """Show the next or previous view."""
        self.tabs.action_step(by)

    def reveal(self, kind: str, name: str) -> None:
        """Show the calls that a filter finds."""
        self.tabs.current = "traffic"
        self.traffic.filter_by(name)

    def action_log(self) -> None:
        """Show the log, or the traffic again."""
        self.tabs.current = "traffic" if self.tab == "log" else "log"

    def action_filter(self) -> None:
        """Filter what is shown, or the traffic."""
        if self.tab == "log":
            self.log_pane.action_filter()
        elif self.tab == "clients":
            self.clients.action_filter()
        else:
            self.tabs.current = "traffic"
            self.traffic.action_filter()

    def action_stats_group(self) -> None:
        """Count by something else."""
        self.stats.next_group()

    def action_stats_time(self) -> None:
        """Count over another stretch of time."""
        self.stats.next_span()

    # --- following ---

    @background(group=ENDLESS)
    async def follow_log(self) -> None:
        """Show the log and what is added to it."""
        self.log_pane.add(await self.context.gateway.logs())
        async for line in self.context.gateway.follow_logs():
            self.log_pane.add([line])

    @background(group=ENDLESS)
    async def follow_traffic(self) -> None:
        """Collect calls until the gateway ends."""
        instance = self._instance
        with suppress(UnreachableError):
            async for record in self.context.gateway.traffic(follow=True):
                if instance != self._instance:
                    return
                self.traffic.add(record)
        if instance == self._instance:
            self._instance = ""


def _view(widget: Widget) -> Widget:
    widget.add_class("view")
    return widget
