"""The Servers mode: the list, and the details of the server under the cursor."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import ClassVar, Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from mcptui.demo.entry import demo_server_config
from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.calls import CallQuery, GroupStats
from mcptui.model.runtime import JsonObject
from mcptui.services import servers as services
from mcptui.state.loaded import Loaded
from mcptui.tui.background import background
from mcptui.tui.keys.actions import bindings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.bulk import BulkActions
from mcptui.tui.servers.detail import ServerDetail
from mcptui.tui.servers.mode import SERVERS
from mcptui.tui.servers.rows import COLUMNS, FIELDS, keys_by_server, server_rows
from mcptui.tui.servers.welcome import logins_needed, logins_text, next_step, welcome
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable

#: Calls are counted for the details, so often at most and over so long, in seconds.
_CALLS_EVERY: Final = 10.0
_HOUR: Final = 3600.0
#: Five minutes a bar: with the number beside them they fit on a line of the details at 120 columns.
_BARS: Final = 12
_RANKS: Final = ((0, 0), (64, 1), (68, 2), (84, 3))


class ServersScreen(BulkActions):
    """The Servers mode."""

    MODE = SERVERS
    ACTIONS = SERVERS.actions
    BINDINGS: ClassVar[list[BindingType]] = bindings(SERVERS.actions)
    HELP = """\
# Servers

The MCP servers of the gateway. **n** adds one: paste a URL, a command or a client's JSON.
`[x]` is an enabled server; **space** enables or disables it. **/** filters by words and by fields: `state:failed`,
`tag:prod`, `transport:stdio`, `key:cursor`, `env:dev,test`; `-` before a field negates it.

Which keys have access to a server is set in **Access** (2).
"""
    DEFAULT_CSS = """
    ServersScreen {
        & > #servers {
            & > #list { height: 1fr; }
            & > #detail { height: 10; }
        }
        &.-wide > #servers {
            layout: horizontal;
            & > #list { width: 3fr; height: 100%; }
            & > #detail { width: 2fr; height: 100%; }
        }
        & > #next { height: 1; padding: 0 2; display: none; }
        & > #logins { height: 1; padding: 0 2; color: $text-warning; display: none; }
        &.-needs-login > #logins { display: block; }
        &.-no-key > #next { display: block; }
        & > #welcome { display: none; }
        &.-empty > #servers { display: none; }
        &.-empty > #welcome { display: block; }
    }
    """
    detail = getters.query_one("#detail", DetailPane)

    def __init__(self) -> None:
        super().__init__()
        self._keys: Mapping[str, Sequence[str]] = {}
        self._tools: dict[str, Sequence[JsonObject]] = {}
        self._calls: Mapping[str, GroupStats] = {}
        self._calls_at = -math.inf

    def compose_body(self) -> ComposeResult:
        # Above the list: messages cover what is below it.
        yield Static(next_step(), id="next")
        yield Static(id="logins", markup=False)
        with Container(id="servers"):
            yield FilterTable("Servers", COLUMNS, empty=Content(""), fields=FIELDS, id="list")
            yield DetailPane(id="detail")
        yield EmptyState("", "", id="welcome")

    def on_mount(self) -> None:
        self.query_one("#welcome", EmptyState).update(welcome())
        if not self.state.servers:
            self._count_found()

    @background(group="find", exclusive=True)
    async def _count_found(self) -> None:
        """Show in the welcome how many servers can be imported."""
        from mcptui.tui.clients.consolidate import on_machine

        found = await asyncio.to_thread(on_machine, self.state, self.context.machine)
        shown = welcome(len(found.rows), found.words if found.clients else "")
        self.query_one("#welcome", EmptyState).update(shown)

    def on_resize(self, event: events.Resize) -> None:
        width = event.size.width * 3 // 5 if event.size.width >= 108 else event.size.width
        self.table.set_rank(max(rank for least, rank in _RANKS if width >= least))
        self.call_after_refresh(self._show_detail)

    def state_changed(self, loaded: Loaded) -> None:
        self._keys = keys_by_server(loaded.state)
        self._tools.clear()
        state = loaded.state
        self.set_class(not state.servers, "-empty")
        self.set_class(bool(state.servers) and not state.keys, "-no-key")
        self.show()

    def gateway_changed(self, view: GatewayView) -> None:
        self.show()
        if view.status is not None and self.is_active and self.context.clock() - self._calls_at >= _CALLS_EVERY:
            self.count_calls()

    @background(group="calls", exclusive=True)
    async def count_calls(self) -> None:
        """Count the calls of the last hour, by server."""
        self._calls_at = now = self.context.clock()
        with suppress(McptuiError):  # the details then show earlier numbers
            found = await self.context.gateway.call_stats("server", now - _HOUR, now + 1, CallQuery(), _BARS)
            self._calls = {stats.name: stats for stats in found}
            self._show_detail()

    def reveal(self, kind: str, name: str) -> None:
        self.table.select(name)
        self.table.table.focus()

    # --- showing ---

    def show(self) -> None:
        self.marked &= self.state.servers.keys()
        view, now = self.app.gateway_view, self.context.clock()
        rows = server_rows(self.state, view, self._keys, now, order=self.order, marked=self.marked)
        self.table.set_rows(rows)
        parts = ["Servers", f"by {self.order}" if self.order != "file" else ""]
        parts.append(f"{len(self.marked)} selected" if self.marked else "")
        self.table.border_title = Content(" · ".join(part for part in parts if part))
        missing = logins_needed(self.state, view)
        self.query_one("#logins", Static).update(logins_text(missing))
        self.set_class(bool(missing), "-needs-login")
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        if (name := self.current) is None:
            return
        view = self.app.gateway_view
        status = view.server(name)
        keys = self._keys.get(name, ())
        server, tools, calls = self.state.servers[name], self._tools.get(name), self._calls.get(name)
        detail = ServerDetail(server, status, keys, tools, self.context.clock(), calls)
        self.detail.show(name, detail.content(self.detail.text_width))
        if status is not None and status.tools and name not in self._tools:
            self._fetch_tools(name)

    @background(group="tools", exclusive=True)
    async def _fetch_tools(self, name: str) -> None:
        self._tools[name] = ()  # asked once for each state, also when it fails
        listed = await self.context.gateway.listed(None, name)
        own_names = {key: owner[1] for key, owner in listed.owners.items() if owner[0] == name}
        self._tools[name] = [tool | {"name": own_names.get(tool["name"], tool["name"])} for tool in listed.tools]
        self._show_detail()

    @on(FilterTable.Highlighted)
    def _another_server(self) -> None:
        self._show_detail()
        self.detail.scroll_home(animate=False)
        self.refresh_bindings()

    @on(FilterTable.Opened)
    async def _opened(self) -> None:
        await self.run_action("edit")

    # --- acting ---

    def action_filter(self) -> None:
        """Filter the list."""
        self.table.action_filter()

    def action_add(self) -> None:
        """Add a server."""
        self._open_form(None)

    def action_import(self) -> None:
        """Import servers from other programs."""
        from mcptui.tui.clients.import_screen import ImportScreen

        self.app.push_screen(ImportScreen())

    @background(group="change", exclusive=True)
    async def action_consolidate(self) -> None:
        """Import the servers of all clients, and connect the clients."""
        from mcptui.tui.clients.consolidate import import_and_connect

        await import_and_connect(self.app)

    def action_install(self) -> None:
        """Install the gateway into a client."""
        from mcptui.tui.clients.install_screen import InstallScreen

        self.app.push_screen(InstallScreen(next(iter(self.state.keys))))

    def action_edit(self) -> None:
        """Edit the server under the cursor."""
        if server := self._current_server():
            self._open_form(server)

    def action_test(self) -> None:
        """Test the server under the cursor, or all selected ones."""
        if len(self.marked) > 1:
            self.action_test_all()
        elif server := self._current_server():
            self.test_server(server)

    @background(group="test", exclusive=True)
    async def test_server(self, server: Server) -> None:
        """Show a test of ``server``, and its form if the person wants to edit it then."""
        from mcptui.tui.servers.probe_dialog import ProbeDialog

        if await self.app.push_screen_wait(ProbeDialog(server)) == "edit":
            self._open_form(server)

    def on_paste(self, event: events.Paste) -> None:
        """Text that is pasted here is a server to add, as in the form."""
        event.stop()
        if event.text.strip():
            self._open_form(None, pasted=event.text)

    def _open_form(self, server: Server | None, *, pasted: str = "") -> None:
        from mcptui.tui.servers.form_screen import ServerFormScreen

        self.app.push_screen(ServerFormScreen(server, pasted=pasted))

    @background(group="refresh", exclusive=True)
    async def action_refresh_server(self) -> None:
        """Reconnect and read the lists again."""
        for name in self.targets:
            self._tools.pop(name, None)
            await self.context.gateway.refresh(name)
        self.app.poll_gateway()

    @background(group="login", exclusive=True)
    async def action_log_in(self) -> None:
        """Log in to a server with OAuth; as the testing key if each key has its own login."""
        from mcptui.tui.servers.login_dialog import LoginDialog

        if (server := self._current_server()) is None:
            return
        key = self.app.testing_key if server.auth.has_own_logins else None
        granted = await self.app.push_screen_wait(LoginDialog(self.context.gateway, server.name, key))
        if granted is not None:
            self._tools.pop(server.name, None)
            self.notify(f"Logged in to {server.name}", markup=False)
            self.app.poll_gateway()

    @background(group="login", exclusive=True)
    async def action_log_out(self) -> None:
        """Revoke and delete the login."""
        if (server := self._current_server()) is None:
            return
        text = "Its tokens are revoked and deleted; calls fail until the next login."
        if await self.app.push_screen_wait(ConfirmDialog(f"Log out of {server.name}?", text, "Log out")) == "confirm":
            key = self.app.testing_key if server.auth.has_own_logins else None
            await self.context.gateway.log_out(server.name, key)
            self.app.poll_gateway()

    @background(group="change")
    async def action_demo(self) -> None:
        """Add the server that comes with mcptui."""
        await self.app.change(services.add_server, demo_server_config())

    async def action_calls(self) -> None:
        """Show the calls to the server under the cursor."""
        if (name := self.current) is not None:
            await self.app.reveal("server calls", name)

    async def action_tools(self) -> None:
        """Show the tools of the server under the cursor in Test."""
        if server := self._current_server():
            prefix = server.tool_prefix
            await self.app.reveal("server tools", f"{prefix}{self.state.gateway.separator}" if prefix else "")

    def _current_server(self) -> Server | None:
        name = self.current
        return None if name is None else self.state.servers[name]
