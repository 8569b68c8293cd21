"""The Servers mode: the list, and the details of the server under the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from mcptui.demo.entry import demo_server_config
from mcptui.model import Server, State
from mcptui.protocol.text import one_line
from mcptui.services import servers as services
from mcptui.state.loaded import Loaded
from mcptui.tui.background import background
from mcptui.tui.keys.actions import bindings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.detail import ServerDetail
from mcptui.tui.servers.mode import SERVERS
from mcptui.tui.servers.rows import COLUMNS, FIELDS, RANK_WIDTHS, server_rows, users_text
from mcptui.tui.servers.tool_actions import CALLS_EVERY, ToolActions
from mcptui.tui.servers.tools import tool_content, tool_row
from mcptui.tui.servers.users import Users
from mcptui.tui.servers.welcome import logins_needed, logins_text, next_step, welcome
from mcptui.tui.shell.panes import Split
from mcptui.tui.widgets.cells import Row
from mcptui.tui.widgets.detail_pane import DetailPane
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.tree_table import TreeTable


class ServersScreen(ToolActions):
    """The Servers mode."""

    MODE = SERVERS
    ACTIONS = SERVERS.actions
    BINDINGS: ClassVar[list[BindingType]] = bindings(SERVERS.actions)
    PANES = ("#list", "#detail")
    SPLITS = (Split("servers", "#list", "#detail"),)
    HELP = """\
# Servers

The MCP servers of the gateway. **n** adds one: paste a URL, a command or a client's JSON.
`[x]` is an enabled server; **space** enables or disables it. **/** filters by words and by fields: `state:failed`,
`tag:prod`, `transport:stdio`, `key:cursor`, `env:dev,test`; `-` before a field negates it.

**right** shows the tools of a server below it, **left** hides them; with **shift** for all servers. On a tool,
**enter** or **T** opens it in Test, **C** shows its calls, **w** who can call it.

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
        self._users = Users(State())

    def compose_body(self) -> ComposeResult:
        # Above the list: messages cover what is below it.
        yield Static(next_step(), id="next")
        yield Static(id="logins", markup=False)
        with Container(id="servers"):
            yield TreeTable("Servers", COLUMNS, tree="name", empty=Content(""), fields=FIELDS, folded=True, id="list")
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
        self.table.set_rank(sum(width >= least for least in RANK_WIDTHS))
        self.call_after_refresh(self._show_detail)

    def state_changed(self, loaded: Loaded) -> None:
        self._users = Users(loaded.state)
        self._keys = self._users.by_server
        self.tools.clear()
        state = loaded.state
        self.set_class(not state.servers, "-empty")
        self.set_class(bool(state.servers) and not state.keys, "-no-key")
        self.show()
        self.read_unfolded()

    def gateway_changed(self, view: GatewayView) -> None:
        self.show()
        self.read_unfolded()
        if view.status is not None and self.is_active and self.context.clock() - self.calls_at >= CALLS_EVERY:
            self.count_calls()

    def reveal(self, kind: str, name: str) -> None:
        self.table.select(name)
        self.table.table.focus()

    # --- showing ---

    def show(self) -> None:
        self.marked &= self.state.servers.keys()
        self.table.set_rows(self._rows())
        parts = ["Servers", f"by {self.order}" if self.order != "file" else ""]
        parts.append(f"{len(self.marked)} selected" if self.marked else "")
        self.table.border_title = Content(" · ".join(part for part in parts if part))
        missing = logins_needed(self.state, self.app.gateway_view)
        self.query_one("#logins", Static).update(logins_text(missing))
        self.set_class(bool(missing), "-needs-login")
        self._show_detail()
        self.refresh_bindings()

    def _rows(self) -> list[Row]:
        """The servers, and below those that are unfolded or filtered their tools."""
        rows: list[Row] = []
        servers = server_rows(
            self.state,
            self.app.gateway_view,
            self._keys,
            self.context.clock(),
            order=self.order,
            marked=self.marked,
            calls=self.server_calls,
        )
        for row in servers:
            rows.append(row)
            if self.table.filter_words or not self.table.is_folded(row.key):
                rows += [
                    tool_row(tool, row, self.tool_calls.get(tool.key), users_text(self._users.of_tool(tool)))
                    for tool in self.tools.get(row.key, ())
                ]
        return rows

    def _show_detail(self) -> None:
        if (tool := self.tool) is not None:
            content = tool_content(tool, self.tool_calls.get(tool.key), self._users.of_tool(tool))
            self.detail.show(f"{tool.server} · {one_line(tool.name, limit=60)}", content)
            return
        if (name := self.current) is None:
            self.detail.show("", Content(""))
            return
        view = self.app.gateway_view
        status = view.server(name)
        keys = self._keys.get(name, ())
        server, tools, calls = self.state.servers[name], self.tools.get(name), self.server_calls.get(name)
        detail = ServerDetail(server, status, keys, tools, self.context.clock(), calls)
        self.detail.show(name, detail.content(self.detail.text_width))
        if status is not None and status.tools:
            self.read_tools(name)

    @on(FilterTable.Highlighted)
    def _another_server(self) -> None:
        self._show_detail()
        self.detail.scroll_home(animate=False)
        self.refresh_bindings()

    @on(FilterTable.Opened)
    async def _opened(self) -> None:
        await self.run_action("edit" if self.tool is None else "tools")

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
            self.tools.pop(name, None)
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
            self.tools.pop(server.name, None)
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

    def _current_server(self) -> Server | None:
        name = self.current
        return None if name is None else self.state.servers[name]
