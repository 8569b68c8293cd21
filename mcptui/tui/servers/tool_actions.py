"""The tools below their servers: reading them, their calls, and the ways to Traffic, Test and Access."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from textual import getters, on

from mcptui.errors import McptuiError
from mcptui.model.calls import CallQuery, GroupStats
from mcptui.tui.background import background
from mcptui.tui.call_to_test import CallToTest
from mcptui.tui.servers.bulk import BulkActions
from mcptui.tui.servers.tools import ServerTool, server_tools
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.tree_table import TreeTable

#: Calls are counted so often at most and over so long, in seconds.
CALLS_EVERY: Final = 10.0
_HOUR: Final = 3600.0
#: Five minutes a bar: with the number beside them they fit on a line of the details at 120 columns.
_BARS: Final = 12


class ToolActions(BulkActions):
    """The part of the Servers mode that knows tools; they are read when their server is shown or unfolded."""

    table = getters.query_one("#list", TreeTable)

    def __init__(self) -> None:
        super().__init__()
        self.tools: dict[str, Sequence[ServerTool]] = {}
        self.server_calls: Mapping[str, GroupStats] = {}
        self.tool_calls: Mapping[str, GroupStats] = {}
        self.calls_at = -math.inf

    @property
    def tool(self) -> ServerTool | None:
        """The tool under the cursor."""
        key = (self.table.cursor_key if self.is_mounted else None) or ""
        tools = self.tools.get(key.partition(" ")[0], ())
        return next((tool for tool in tools if tool.key == key), None)

    @property
    def place(self) -> str | None:
        """The server under the cursor, or that of the tool under the cursor."""
        return self.tool.server if self.tool is not None else self.current

    @property
    def shows_tools(self) -> bool:
        """Whether tools are listed, or will be as soon as they have been read."""
        return bool(self.table.filter_words) or any(not self.table.is_folded(name) for name in self.state.servers)

    # --- reading ---

    @background(group="calls", exclusive=True)
    async def count_calls(self) -> None:
        """Count the calls of the last hour, by server and by tool."""
        self.calls_at = now = self.context.clock()
        span = now - _HOUR, now + 1
        with suppress(McptuiError):  # what is shown then are earlier numbers
            gateway = self.context.gateway
            self.server_calls = _by_name(await gateway.call_stats("server", *span, CallQuery(), _BARS))
            if self.shows_tools:
                only_tools = CallQuery("method:tools/call")
                self.tool_calls = _by_name(await gateway.call_stats("tool", *span, only_tools, _BARS))
            self.show()

    @background(group="tools")
    async def read_tools(self, name: str) -> None:
        """Read the tools of one server; asked once for each state, also when it fails."""
        if name not in self.tools:
            self.tools[name] = ()
            self.tools[name] = server_tools(await self.context.gateway.listed(None, name), name)
            self.show()

    @on(TreeTable.Unfolded)
    def _unfolded(self) -> None:
        self.show()
        self.read_unfolded()
        if self.shows_tools and self.app.gateway_view.is_running:
            self.count_calls()

    def read_unfolded(self) -> None:
        """Read the tools of the servers that are unfolded."""
        view = self.app.gateway_view
        for name in self.state.servers:
            status = view.server(name)
            if status is not None and status.tools and not self.table.is_folded(name):
                self.read_tools(name)

    @on(FilterTable.Filtered)
    @background(group="all tools", exclusive=True)
    async def read_all_tools(self) -> None:
        """The words of a filter are looked for in the tools of all servers too."""
        missing = self.state.servers.keys() - self.tools.keys()
        if self.table.filter_words and missing and self.app.gateway_view.is_running:
            listed = await self.context.gateway.listed(None)
            self.tools.update({name: server_tools(listed, name) for name in missing})
            self.show()

    # --- acting ---

    async def action_calls(self) -> None:
        """Show the calls to the server or tool under the cursor."""
        if self.place is not None:
            tool = f' tool:"{self.tool.name}"' if self.tool is not None else ""
            await self.app.reveal("calls", f'server:"{self.place}"{tool}')

    async def action_tools(self) -> None:
        """Show the tool under the cursor in Test, or the tools of the server."""
        if (tool := self.tool) is not None:
            await self.app.test_call(CallToTest("tools", tool.server, tool.name))
        elif (name := self.current) is not None:
            prefix = self.state.servers[name].tool_prefix
            await self.app.reveal("server tools", f"{prefix}{self.state.gateway.separator}" if prefix else "")

    def action_who(self) -> None:
        """Show in the access matrix who has access to the server, or can call the tool."""
        from mcptui.tui.access.matrix_screen import MatrixScreen

        if self.place is not None:
            tool = self.tool.name if self.tool is not None else None
            self.app.push_screen(MatrixScreen(server=self.place, tool=tool))


def _by_name(found: Sequence[GroupStats]) -> dict[str, GroupStats]:
    return {stats.name: stats for stats in found}
