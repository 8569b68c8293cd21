"""The items about MCP in the output of a response."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mcptui.llm.functions import result_text

if TYPE_CHECKING:
    from mcptui.llm.tools import ToolSource
    from mcptui.model.runtime import JsonObject


def new_id(prefix: str) -> str:
    """An id that nobody can guess. Providers take ids of at most 40 characters."""
    return f"{prefix}_{secrets.token_hex(16)}"


def call_id_of(id_: str) -> str:
    """The id of the function call that an item about a call or a question stands for; the same for the same item."""
    return f"call_{hashlib.sha256(id_.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def tool_list(source: ToolSource) -> JsonObject:
    """What a label offers."""
    return {
        "id": new_id("mcpl"),
        "type": "mcp_list_tools",
        "server_label": source.label,
        "tools": [_listed(tool) for tool in source.tools],
    }


def _listed(tool: JsonObject) -> JsonObject:
    """A tool; what is not said is left out, as not every client takes null for it."""
    schema = tool.get("inputSchema")
    listed = {
        "name": tool["name"],
        "input_schema": schema if isinstance(schema, Mapping) and schema else {"type": "object"},
    }
    if isinstance(tool.get("description"), str):
        listed["description"] = tool["description"]
    if isinstance(tool.get("annotations"), Mapping):
        listed["annotations"] = tool["annotations"]
    return listed


def call_item(id_: str, label: str, tool: str, approval_id: str | None) -> JsonObject:
    """A call that begins."""
    return {
        "id": id_,
        "type": "mcp_call",
        "status": "in_progress",
        "approval_request_id": approval_id,
        "arguments": "",
        "error": None,
        "name": tool,
        "output": None,
        "server_label": label,
    }


def approval_request(label: str, tool: str, arguments: str) -> JsonObject:
    """A question whether a call may be made."""
    return {
        "id": new_id("mcpr"),
        "type": "mcp_approval_request",
        "arguments": arguments,
        "name": tool,
        "server_label": label,
    }


def outcome(result: JsonObject) -> JsonObject:
    """The members of a call item that a CallToolResult decides."""
    if result.get("isError"):
        content = result.get("content")
        return {"status": "failed", "error": {"type": "mcp_tool_execution_error", "content": content}}
    return {"status": "completed", "output": result_text(result)}


def rejected(reason: object) -> str:
    """What the model is told of a call that a person refused."""
    return f"the user rejected this call{f': {reason}' if reason else ''}"


def not_called(message: str, code: int) -> JsonObject:
    """The members of the item of a call that could not be made."""
    return {"status": "failed", "error": {"type": "mcp_protocol_error", "code": code, "message": message}}


def output_text(item: Mapping[str, Any]) -> str:
    """What the model is told of a call, from its item alone."""
    error = item.get("error")
    if not error:
        return str(item.get("output") or "(no output)")
    if not isinstance(error, Mapping):
        return f"Error: {error}"
    if "message" in error:
        return f"Error: {error['message']}"
    return result_text({"content": error.get("content"), "isError": True})
