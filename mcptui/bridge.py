"""MCP tools for Python programs that talk to a model with the OpenAI SDK and have an MCP session of their own.

``session`` is a ``mcp.ClientSession`` or ``mcp.Client``, of version 2 or 1 of the SDK::

    tools = await load_mcp_tools(session, format="openai")
    completion = await openai.chat.completions.create(model=..., messages=messages, tools=tools)
    message = completion.choices[0].message
    messages.append(message)
    for call in message.tool_calls:
        result = await call_openai_tool(session, call)
        messages.append(tool_result_message(call, result))
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, overload
from weakref import finalize

from mcptui.errors import McptuiError
from mcptui.llm.arguments import read_arguments
from mcptui.llm.functions import Functions, result_text

if TYPE_CHECKING:
    from mcp.types import CallToolResult, Tool

__all__ = ["BridgeError", "call_openai_tool", "load_mcp_tools", "tool_result_message"]

Format = Literal["mcp", "openai", "openai-responses"]

_MOST_PAGES: Final = 1000
#: The tools of each session by the names that the model knows; names of MCP may be too free for the API. By the
#: session's identity: not every session has a hash.
_names: dict[int, dict[str, str]] = {}


class BridgeError(McptuiError, ValueError):
    """A tool call that cannot be made, or a list that has no end."""


@dataclass(frozen=True, slots=True)
class _Tools:
    label: str
    tools: Sequence[dict[str, Any]]


@overload
async def load_mcp_tools(session: Any, format: Literal["mcp"] = "mcp") -> list[Tool]: ...
@overload
async def load_mcp_tools(session: Any, format: Literal["openai", "openai-responses"]) -> list[Any]: ...
async def load_mcp_tools(session: Any, format: Format = "mcp") -> list[Any]:  # noqa: A002
    """All tools of a server, page after page.

    Args:
        session: an initialised session.
        format: "mcp" for ``mcp.types.Tool``, "openai" for ``tools`` of Chat Completions, "openai-responses" for
            those of the Responses API.

    Raises:
        BridgeError: the server's list has no end.
    """
    if format not in ("mcp", "openai", "openai-responses"):
        raise ValueError(f'format must be "mcp", "openai" or "openai-responses", not {format!r}')
    tools = await _all_tools(session)
    if format == "mcp":
        return tools
    functions = Functions([_Tools("", [_plain(tool) for tool in tools])])
    if id(session) not in _names:
        finalize(session, _names.pop, id(session), None)
    _names[id(session)] = {functions.name_of("", tool.name): tool.name for tool in tools}
    definitions = functions.definitions()
    if format == "openai-responses":
        return definitions
    return [
        {"type": "function", "function": {name: value for name, value in definition.items() if name != "type"}}
        for definition in definitions
    ]


async def call_openai_tool(session: Any, openai_tool: Any) -> CallToolResult:
    """Call the tool that a model wants.

    Args:
        session: the session that the tools were loaded from.
        openai_tool: a tool call of Chat Completions or a ``function_call`` item of the Responses API, as the SDK's
            object or as a dict.

    Raises:
        BridgeError: it is no tool call, or its arguments are not a JSON object; nothing was called.
    """
    function = _function(openai_tool)
    name, arguments = function.get("name"), function.get("arguments")
    if not isinstance(name, str) or not name:
        raise BridgeError("this is not a tool call: it has no name")
    if isinstance(arguments, str) or arguments is None:
        arguments = read_arguments(arguments or "")
    if not isinstance(arguments, dict):
        raise BridgeError(
            f"the arguments of {name} are not a JSON object, so it was not called",
            hint="Tell the model, and let it try again.",
        )
    result: CallToolResult = await session.call_tool(_names.get(id(session), {}).get(name, name), arguments)
    return result


def tool_result_message(openai_tool: Any, result: Any) -> dict[str, Any]:
    """What to send back to the model: a ``tool`` message, or a ``function_call_output`` item, as the call was.

    Raises:
        BridgeError: the call has no id.
    """
    call = _dict(openai_tool)
    text = result_text(_plain(result))
    if call.get("type") == "function_call":
        return {"type": "function_call_output", "call_id": _id(call.get("call_id")), "output": text}
    return {"role": "tool", "tool_call_id": _id(call.get("id")), "content": text}


async def _all_tools(session: Any) -> list[Any]:
    tools: list[Any] = []
    cursor: str | None = None
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        page = await _page(session, cursor)
        tools += page.tools
        cursor = getattr(page, "next_cursor", None) or getattr(page, "nextCursor", None)
        if not cursor:
            return tools
        if cursor in seen:
            break
        seen.add(cursor)
    raise BridgeError(f"the server's list of tools has no end ({len(tools)} so far)")


async def _page(session: Any, cursor: str | None) -> Any:
    if cursor is None:
        return await session.list_tools()
    if "cursor" in inspect.signature(session.list_tools).parameters:
        return await session.list_tools(cursor=cursor)
    from mcp.types import PaginatedRequestParams

    return await session.list_tools(params=PaginatedRequestParams(cursor=cursor))


def _plain(value: Any) -> dict[str, Any]:
    """An object of the SDK as the protocol has it; ``inputSchema``, whatever the SDK's attributes are called."""
    plain: dict[str, Any] = value.model_dump(by_alias=True, mode="json", exclude_none=True)
    return plain


def _function(openai_tool: Any) -> Mapping[str, Any]:
    call = _dict(openai_tool)
    function = call.get("function", call)
    return function if isinstance(function, Mapping) else _dict(function)


def _dict(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    dump = getattr(value, "model_dump", None)
    plain = dump() if callable(dump) else value
    if not isinstance(plain, Mapping):
        raise BridgeError("this is not a tool call")
    return plain


def _id(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BridgeError("this tool call has no id")
    return value
