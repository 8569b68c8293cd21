"""The Gateway mode: the process, what crosses it, and what that costs."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.access.denial import Missing
from mcptui.access.drafts import drafted
from mcptui.access.preview import preview
from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallRecord
from mcptui.services import settings
from mcptui.services.access import apply_draft, grant_missing
from mcptui.services.calls import export_calls
from mcptui.state.loaded import Loaded
from mcptui.tui.actions import bindings
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.base import ModeScreen
from mcptui.tui.gateway.actions import ACTIONS
from mcptui.tui.gateway.call_dialog import CallDialog
from mcptui.tui.gateway.call_view import call_content
from mcptui.tui.gateway.calls import call_title
from mcptui.tui.gateway.card import card, one_line_card
from mcptui.tui.gateway.replay import replay
from mcptui.tui.gateway.stats_pane import StatsPane
from mcptui.tui.gateway.traffic import TrafficPane
from mcptui.tui.gateway.weights_pane import WeightsPane
from mcptui.tui.gateway_view import GatewayView
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import Choice, ChoiceDialog, ConfirmDialog
from mcptui.tui.widgets.input_dialog import InputDialog
from mcptui.tui.widgets.log_pane import LogPane
from mcptui.tui.widgets.tab_line import TabLine

_TABS: Final = {"traffic": "Traffic", "stats": "Statistics", "tokens": "Tokens", "log": "Log"}
_LOG_TAIL: Final = 12
_TROUBLE: Final = frozenset({"failed", "lost", "silent"})
_GRANT: Final = (Choice("cancel", "Cancel"), Choice("apply", "Allow", "primary"))
#: How often the statistics are counted anew while they are shown, seconds.
_COUNT_EVERY: Final = 5.0


class GatewayScreen(ModeScreen):
    """The Gateway mode."""

    MODE = "gateway"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP = """\
# Gateway

The process that clients connect to. **s** starts and stops it, **R** restarts it. It may go on when the
app is closed: **w** switches that.

**Traffic** lists calls as they happen. **enter** shows one with everything that was said, secrets masked;
**r** sends it again as a key of your choice; **a** allows what a refused one lacked; **x** exports the list.

**/** filters: `key:` `server:` `tool:` `method:` `client:` `outcome:` `since:` `until:` `ms:` `size:` `body:`
or free text. `-` turns a term around, commas separate alternatives, `*` and quotes take the whole field:
`outcome:failed -server:github tool:read_* since:1h`.

**Statistics** count calls by server, key, tool or client. **Tokens** shows what each key's tool list costs a
model. **[** and **]** change the view.
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
            & #side { dock: right; width: 40%; min-width: 44; max-width: 84; height: 100%; }
            & #brief { display: none; }
            & #card, & #detail { display: block; }
        }
    }
    """
    AUTO_FOCUS = "#traffic VirtualTable"
    pane = getters.query_one("#card", DetailPane)
    detail = getters.query_one("#detail", DetailPane)
    tabs = getters.query_one("#tabs", TabLine)
    traffic = getters.query_one("#traffic", TrafficPane)
    stats = getters.query_one("#stats", StatsPane)
    weights = getters.query_one("#tokens", WeightsPane)
    log_pane = getters.query_one("#log", LogPane)

    def __init__(self) -> None:
        super().__init__()
        self.call: CallRecord | None = None
        self.missing: Missing | None = None
        self._instance = ""
        self._log_tail: list[str] = []
        self._desk = QuestionDesk(self)

    def compose_body(self) -> ComposeResult:
        with Container(id="panes"):
            with Vertical(id="side"):
                yield Static(id="brief")
                yield DetailPane("Gateway", id="card")
                yield DetailPane("Call", id="detail")
            with Vertical(id="main"):
                yield TabLine(_TABS, id="tabs")
                yield _view(TrafficPane(self.context, id="traffic"))
                yield _view(StatsPane(self.context, id="stats"))
                yield _view(WeightsPane(self.context, id="tokens"))
                yield _view(LogPane("Log", id="log"))

    def on_mount(self) -> None:
        self.traffic.add_class("-current")

    def opened(self) -> None:
        self.traffic.search()
        self.follow_log()
        self.set_interval(1.0, self._show)
        self.set_interval(_COUNT_EVERY, self._count)

    @property
    def tab(self) -> str:
        """The view that is shown."""
        return self.tabs.current if self.is_mounted else "traffic"

    def state_changed(self, loaded: Loaded) -> None:
        self._show()
        self._show_call()
        if self.tab == "tokens":
            self._weigh()

    def gateway_changed(self, view: GatewayView) -> None:
        if view.phase in _TROUBLE:
            self.read_log_tail()
        elif view.status is not None and view.status.instance_id != self._instance:
            self._instance = view.status.instance_id
            self.follow_traffic()
            if self.tab == "tokens":
                self._weigh()
        self._show()
        self.refresh_bindings()

    def _show(self) -> None:
        view, gateway, now = self.app.gateway_view, self.state.gateway, self.context.clock()
        self.set_class(view.phase in _TROUBLE, "-trouble")
        self.pane.show("Gateway", card(view, gateway, now, self._log_tail))
        self.query_one("#brief", Static).update(one_line_card(view, gateway, now))

    # --- views ---

    @on(TabLine.Chosen, "#tabs")
    def _tab_chosen(self) -> None:
        for view in self.query(".view"):
            view.set_class(view.id == self.tab, "-current")
        match self.tab:
            case "traffic":
                self.traffic.focus_list()
                self._show_call()
            case "stats":
                self.stats.table.focus()
                self._count()
            case "tokens":
                self.weights.table.focus()
                self._weigh()
            case "log":
                self.log_pane.log_widget.focus()
                self.detail.show("Log", Content("/ filters, v leaves out lower levels, f follows or not"))
        self.refresh_bindings()

    def _count(self) -> None:
        if self.tab == "stats" and self.is_active:
            self.stats.refresh_stats(self.traffic.window.filter)

    def _weigh(self) -> None:
        self.weights.refresh_weights(self.state, running=self.app.gateway_view.is_running)

    @on(StatsPane.Highlighted)
    def _group(self, event: StatsPane.Highlighted) -> None:
        if self.tab == "stats":
            self.detail.show("Calls", event.shown, keep_place=False)

    @on(WeightsPane.Highlighted)
    def _weight(self, event: WeightsPane.Highlighted) -> None:
        if self.tab == "tokens":
            self.detail.show("Tokens", event.shown, keep_place=False)

    def action_step_tab(self, by: int) -> None:
        """Show the next or previous view."""
        self.tabs.action_step(by)

    def action_log(self) -> None:
        """Show the log, or the traffic again."""
        self.tabs.current = "traffic" if self.tab == "log" else "log"

    def action_filter(self) -> None:
        """Filter what is shown, or the traffic."""
        if self.tab == "log":
            self.log_pane.action_filter()
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
        """Collect calls until the gateway ends."""
        instance = self._instance
        with suppress(UnreachableError):
            async for record in self.context.gateway.traffic():
                if instance != self._instance:
                    return
                self.traffic.add(record)
        if instance == self._instance:
            self._instance = ""

    # --- one call ---

    @on(TrafficPane.Highlighted)
    def _highlighted(self, event: TrafficPane.Highlighted) -> None:
        self.call = event.record
        self._show_call()

    def _show_call(self) -> None:
        """The call of the cursor beside the list: at once what is known, its body when that was read."""
        self.missing = grant_missing(self.state, self.call) if self.call is not None else None
        self.refresh_bindings()
        if self.tab != "traffic":
            return
        if self.call is None:
            self.detail.show("Call", Content(""))
            return
        whole = self.traffic.window.live(self.call.id)
        content = call_content(whole or self.call, self.missing, whole=whole is not None)
        self.detail.show(call_title(self.call), content, keep_place=False)
        if whole is None:
            self.read_call(self.call)

    @background(group="body", exclusive=True)
    async def read_call(self, record: CallRecord) -> None:
        """Read the body of a call from the history."""
        whole = await self._whole(record)
        if record is self.call and self.tab == "traffic":
            self.detail.show(call_title(whole), call_content(whole, self.missing))

    async def _whole(self, record: CallRecord) -> CallRecord:
        """``record`` with all that is kept of it."""
        live = self.traffic.window.live(record.id)
        if live is not None:
            return live
        return await asyncio.to_thread(self.context.workspace.history.call, record.id) or record

    @on(TrafficPane.Opened)
    @background(group="dialog", exclusive=True)
    async def open_call(self, event: TrafficPane.Opened) -> None:
        """Show a call on the whole screen, and do there what is chosen."""
        whole = await self._whole(event.record)
        missing = grant_missing(self.state, whole)
        dialog = CallDialog(call_title(whole), call_content(whole, missing), _as_json(whole), missing)
        match await self.app.push_screen_wait(dialog):
            case "replay":
                self.action_replay()
            case "grant":
                self.action_grant()

    @background(group="copy", exclusive=True)
    async def action_copy_call(self) -> None:
        """Copy the call as JSON."""
        if self.call is not None:
            text = _as_json(await self._whole(self.call))
            self.app.copy_to_clipboard(text)
            self.app.say(f"Copied, {len(text)} characters")

    def action_replay(self) -> None:
        """Ask as which key, then send the call again."""
        if self.call is None:
            return
        record, keys = self.call, list(self.state.keys)
        same = [record.key] if record.key in keys else []
        names = [*same, *(key for key in keys if key not in same)]
        commands = [(f"key {name}", partial(self.replay, record, name)) for name in names]
        commands.insert(len(same), ("owner (all servers)", partial(self.replay, record, None)))
        self.app.search_commands(commands, f"Send {call_title(record)} again as …")

    @background(group="replay", exclusive=True)
    async def replay(self, record: CallRecord, key: str | None) -> None:
        """Send a call again; it appears in the list as every call does."""
        whole = await self._whole(record)
        self._desk.open()
        try:
            words = await replay(
                self.context.gateway, whole, key, lambda question: self.ask(record.server or "", question)
            )
        finally:
            self._desk.close()
        self.app.say(words)
        if self.tab == "traffic":
            self.traffic.table.cursor = 0

    @background(group="ask")
    async def ask(self, server: str, question: dict[str, object]) -> None:
        """Have the person answer a question of the server."""
        await self._desk.ask(server, question)

    @background(group="dialog", exclusive=True)
    async def action_grant(self) -> None:
        """Show what has to change for the refused call, and change it."""
        call = self.call
        if call is None or self.missing is None or self.missing.draft is None:
            return
        words = self.missing.words
        text = (
            f"{words[:1].upper()}{words[1:]}.\n\n{preview(self.state, drafted(self.state, self.missing.draft)).text()}"
        )
        revision, draft = self.app.loaded.revision, self.missing.draft
        if await self.app.push_screen_wait(ChoiceDialog("Allow what was missing?", text, _GRANT)) == "apply":
            await self.app.change(apply_draft, draft, words[:1].upper() + words[1:], expected=revision)

    @background(group="dialog", exclusive=True)
    async def action_export(self) -> None:
        """Write the listed calls to a file."""
        history, wanted = self.context.workspace.history, self.traffic.window.filter
        suggested = Path.cwd() / f"mcptui-calls-{self.context.now:%Y%m%d-%H%M%S}.jsonl"
        note = f"{len(self.traffic.window)} calls, one JSON object a line, secrets masked."
        answer = await self.app.push_screen_wait(InputDialog("Export calls to", note, str(suggested)))
        if answer:
            path = Path(answer).expanduser()
            count = await asyncio.to_thread(lambda: export_calls(history.calls(wanted), path))
            self.app.say(f"Exported {count} calls to {path}")

    # --- the process ---

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

    def on_unmount(self, _: events.Unmount) -> None:
        self.context.workspace.history.close()


def _view(widget: TrafficPane | StatsPane | WeightsPane | LogPane) -> TrafficPane | StatsPane | WeightsPane | LogPane:
    widget.add_class("view")
    return widget


def _as_json(record: CallRecord) -> str:
    return json.dumps(asdict(record), indent=2, ensure_ascii=False)
