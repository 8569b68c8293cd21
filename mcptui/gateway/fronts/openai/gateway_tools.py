"""Tools of the gateway's servers, as one tool of a request sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mcptui import __version__
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.pipeline import execute
from mcptui.gateway.principal import Principal
from mcptui.gateway.record.for_models import result_for_model
from mcptui.gateway.scope import Scope
from mcptui.llm.errors import LlmError, bad_request
from mcptui.llm.mcp_tool import McpTool
from mcptui.llm.tools import Approval, ToolCall, Verdict
from mcptui.model.runtime import STATE_WORDS
from mcptui.protocol.errors import INTERNAL_ERROR, TOO_MANY_CALLS, RpcError, unknown_tool
from mcptui.protocol.versions import LATEST_HANDSHAKE
from mcptui.tasks import start_task
from mcptui.upstream.server.server import UpstreamServer

#: For how long a request waits for the first tools of servers that start, seconds.
_START: Final = 20.0
_CLIENT: Final = {"name": "mcptui", "title": "mcptui model endpoints", "version": __version__}


class GatewayTools:
    """The tools behind one label. Access is decided by the relay, at every list and call.

    Args:
        core: the gateway.
        tool: what the request says about the label.
        principal: whose access counts.
        scope: the servers that are meant.
        headers: credentials for the servers, by lower-case name.
    """

    def __init__(
        self, core: Core, tool: McpTool, principal: Principal, scope: Scope, headers: Mapping[str, list[str]]
    ) -> None:
        self._core = core
        self._tool = tool
        self._principal = principal
        self._scope = scope
        self._headers = headers
        self._tools: dict[str, dict[str, Any]] = {}
        self._bare: dict[str, str] = {}

    @property
    def label(self) -> str:
        """The server_label."""
        return self._tool.label

    @property
    def tools(self) -> Sequence[dict[str, Any]]:
        """The tools, after :meth:`read`."""
        return tuple(self._tools.values())

    async def read(self) -> None:
        """Read the list.

        Raises:
            LlmError: it is empty; says why.
        """
        exchange = self._exchange("tools/list", {})
        view = await self._core.relay.ready_view(exchange)
        if not view.items["tools/list"] and (starting := self._starting(exchange, view)):
            await asyncio.wait([start_task(each.asked(_START), name="wait for tools") for each in starting])
            view = await self._core.relay.ready_view(exchange)
        self._bare = {exposed: name for exposed, (_, name) in view.tools.items()}
        listed = view.items["tools/list"]
        self._tools = {
            tool["name"]: tool for tool in listed if self._tool.allowed.matches(tool, self._bare[tool["name"]])
        }
        if self._tools:
            return
        if listed:
            raise bad_request(f"{self.label}: none of its {len(listed)} tools is among allowed_tools", "tools")
        problems = [problem for name in view.servers if (problem := self._problem(exchange, name))]
        if problems:
            raise LlmError(
                f"Error retrieving tool list from MCP server: '{self.label}'. {'; '.join(problems)}",
                status=424,
                kind="external_connector_error",
                code="mcp_server_unavailable",
                param="tools",
            )
        if not view.servers:
            raise bad_request(f"{self.label}: the key may use no server", "tools", "mcp_no_tools")
        names = ", ".join(view.servers)
        raise bad_request(f"{self.label}: {names} has no tool that the key may use", "tools", "mcp_no_tools")

    def _starting(self, exchange: Exchange, view: View) -> list[UpstreamServer]:
        """Servers that may soon have the first tools there are: nobody can tell this client later that they came."""
        reached = (self._core.relay.upstream(exchange, name) for name in view.servers)
        return [server for server in reached if server is not None and server.status().state == "starting"]

    def _problem(self, exchange: Exchange, name: str) -> str | None:
        server = self._core.relay.upstream(exchange, name)
        if server is None or server.status().state in ("ready", "idle"):
            return None
        status = server.status()
        return f"Server {name} is {STATE_WORDS[status.state]}" + (f": {status.reason}" if status.reason else "")

    def approval(self, name: str) -> Approval:
        """``later`` where the request wants an approval."""
        tool = self._tools[name]
        return "later" if self._tool.needs_approval(tool, self._bare[name]) else "never"

    async def approve(self, call: ToolCall) -> Verdict:
        """Nobody can be asked while a request runs."""
        raise RpcError(INTERNAL_ERROR, f"{call.name} needs an approval")

    async def call(self, call: ToolCall) -> dict[str, Any]:
        """Call a tool as the principal.

        Raises:
            RpcError: every failure.
        """
        if call.name not in self._tools or not self._core.snapshot.is_valid(self._principal):
            raise unknown_tool(call.name)
        try:
            await self._core.count(self._principal, 1)
        except AuthError as error:
            raise RpcError(TOO_MANY_CALLS, error.message, {"retryable": True}) from None
        params = {"name": call.name, "arguments": call.arguments}
        return await result_for_model(execute(self._core, self._exchange("tools/call", params)), self._core.tools.known)

    def _exchange(self, method: str, params: dict[str, Any]) -> Exchange:
        # A snapshot of this moment: a run may last long, and access may have changed since it began.
        return Exchange(
            principal=self._principal,
            snapshot=self._core.snapshot,
            era="handshake",
            version=LATEST_HANDSHAKE,
            method=method,
            params=params,
            scope=self._scope,
            client_info=_CLIENT,
            waits=True,
            headers=self._headers,
            with_key=False,
        )
