"""A conversation through the control API: the tool loop with the tools of a chosen key."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from mcptui.errors import McptuiError, NotFoundError
from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.core import Core
from mcptui.model import LlmModel
from mcptui.model.runtime import CallEvent, JsonObject

if TYPE_CHECKING:
    from mcptui.llm.host import Approval, Tell, ToolCall


class ChatTools:
    """The tools of one key, for the loop; decides nothing about access itself.

    Args:
        calls: runs requests as a key.
        key: whose tools they are; None is the owner.
        approve: "never", "always", or "ask" for all that are not marked read-only.
    """

    def __init__(self, calls: ControlCalls, key: str | None, approve: str) -> None:
        self._calls = calls
        self._key = key
        self._approve = approve
        self._servers: dict[str, str] = {}
        self._read_only: set[str] = set()

    async def list(self) -> Sequence[JsonObject]:
        """The MCP tools of the key."""
        listed = await self._calls.listed(self._key, None)
        self._servers = {tool["name"]: listed.owners[tool["name"]][0] for tool in listed.tools}
        self._read_only = {
            tool["name"]
            for tool in listed.tools
            if isinstance(tool.get("annotations"), dict) and tool["annotations"].get("readOnlyHint") is True
        }
        return listed.tools

    async def call(self, call: ToolCall, tell: Tell) -> JsonObject:
        """Run a tool; what it tells and asks meanwhile goes to the person.

        Raises:
            McptuiError: the call failed outside the tool.
        """
        params = {"name": call.name, "arguments": call.arguments}
        async for event in self._calls.call(self._key, "tools/call", params):
            if event.type == "result":
                return event.value
            if event.type == "error":
                raise McptuiError(event.value["message"])
            await tell(event)
        raise McptuiError("the call gave no result")

    def server_of(self, name: str) -> str | None:
        """The server that has the tool."""
        return self._servers.get(name)

    def needs_approval(self, name: str) -> bool:
        """Whether a person must agree first."""
        return self._approve == "always" or (self._approve == "ask" and name not in self._read_only)

    async def approve(self, call: ToolCall) -> Approval:
        """Wait for ``POST /answer`` with the call's id: {"approve": bool, "arguments"?: object}."""
        from mcptui.llm.host import Approval

        answer = await self._calls.wait_for(call.id)
        arguments = answer.get("arguments")
        edited = arguments if isinstance(arguments, dict) else None
        return Approval("approved" if answer.get("approve") is True else "rejected", edited)


async def chat(core: Core, calls: ControlCalls, request: dict[str, Any]) -> AsyncIterator[CallEvent]:
    """Events of one turn: {model, messages, key?, approve?}; ends with "done" or "error"."""
    from mcptui.llm.loop import LoopRequest, run_loop
    from mcptui.llm.provider import ChatProvider

    tools = ChatTools(calls, request.get("key"), request.get("approve", "ask"))
    try:
        model = _model(core, request.get("model"))
        connection = await core.providers.connect(model)
    except McptuiError as error:
        yield CallEvent(type="error", value={"message": error.message, "data": {"hint": error.hint}})
        return
    loop = LoopRequest(messages=request.get("messages") or [])
    async with contextlib.aclosing(run_loop(loop, ChatProvider(connection), tools)) as events:
        async for event in events:
            yield event


def _model(core: Core, name: Any) -> LlmModel:
    models = core.snapshot.state.models
    if name not in models:
        known = ", ".join(models) or "none is configured"
        raise NotFoundError(f"there is no model {name!r} (known: {known})", hint="Add one: mcptui model add")
    return models[name]
