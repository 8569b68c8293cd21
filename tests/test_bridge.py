from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent, Tool
from openai.types.chat import ChatCompletionMessageFunctionToolCall
from openai.types.chat.chat_completion_message_function_tool_call import Function
from openai.types.responses import ResponseFunctionToolCall

from mcptui.bridge import BridgeError, call_openai_tool, load_mcp_tools, tool_result_message
from mcptui.demo.server import demo_server


@dataclass(eq=False)
class Session:
    """Pages of tools, and a record of what is called; attributes as in version 2 of the SDK."""

    pages: dict[str | None, tuple[list[str], str | None]]
    called: list[tuple[str, Any]] = field(default_factory=list)

    async def list_tools(self, *, cursor: str | None = None) -> Any:
        names, following = self.pages[cursor]
        tools = [Tool(name=name, description="d", input_schema={"type": "object"}) for name in names]
        return type("Page", (), {"tools": tools, "next_cursor": following})()

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        self.called.append((name, arguments))
        return CallToolResult(content=[TextContent(type="text", text="8")])


class OlderSession(Session):
    """Pages and parameters as in another version of the SDK."""

    async def list_tools(self, *, params: Any = None) -> Any:  # type: ignore[override]
        page = await super().list_tools(cursor=None if params is None else params.cursor)
        return type("Page", (), {"tools": page.tools, "nextCursor": page.next_cursor})()


def chat_call(name: str, arguments: str) -> ChatCompletionMessageFunctionToolCall:
    return ChatCompletionMessageFunctionToolCall(
        id="c1", type="function", function=Function(name=name, arguments=arguments)
    )


async def test_with_a_real_session() -> None:
    async with Client(demo_server()) as session:
        tools = await load_mcp_tools(session)
        assert all(isinstance(tool, Tool) for tool in tools)
        functions = await load_mcp_tools(session, format="openai")
        assert [tool["function"]["name"] for tool in functions] == [tool.name for tool in tools]
        assert functions[0]["function"]["parameters"]["type"] == "object"
        call = chat_call("calculate", '{"expression": "3 + 5"}')
        result = await call_openai_tool(session, call)
        assert tool_result_message(call, result) == {"role": "tool", "tool_call_id": "c1", "content": "8"}


@pytest.mark.parametrize("kind", [Session, OlderSession])
async def test_all_pages(kind: type[Session]) -> None:
    session = kind({None: (["a"], "2"), "2": (["b"], "3"), "3": (["c"], "")})
    assert [tool.name for tool in await load_mcp_tools(session)] == ["a", "b", "c"]


async def test_a_list_without_an_end() -> None:
    with pytest.raises(BridgeError, match="has no end"):
        await load_mcp_tools(Session({None: (["a"], "2"), "2": (["b"], "2")}))


async def test_forms() -> None:
    session = Session({None: (["a.b"], None)})
    (chat,) = await load_mcp_tools(session, format="openai")
    (responses,) = await load_mcp_tools(session, format="openai-responses")
    assert chat == {"type": "function", "function": {k: v for k, v in responses.items() if k != "type"}}
    assert responses == {
        "type": "function",
        "name": responses["name"],
        "description": "d",
        "parameters": {"type": "object", "properties": {}},
        "strict": False,
    }
    assert "." not in responses["name"]
    await call_openai_tool(session, {"type": "function_call", "name": responses["name"], "arguments": ""})
    assert session.called == [("a.b", {})]
    with pytest.raises(ValueError, match="format must be"):
        await load_mcp_tools(session, format="anthropic")  # type: ignore[call-overload]


CALLS: list[Any] = [
    chat_call("add", '{"a": 1}'),
    chat_call("add", '{"a": 1}').model_dump(),
    {"id": "c1", "function": {"name": "add", "arguments": {"a": 1}}},
    {"id": "c1", "function": Function(name="add", arguments='{"a": 1}')},
    ResponseFunctionToolCall(type="function_call", call_id="c1", name="add", arguments='{"a": 1}'),
    {"type": "function_call", "call_id": "c1", "name": "add", "arguments": '{"a": 1}'},
]


@pytest.mark.parametrize("call", CALLS)
async def test_every_form_of_a_call(call: Any) -> None:
    session = Session({})
    result = await call_openai_tool(session, call)
    assert session.called == [("add", {"a": 1})]
    message = tool_result_message(call, result)
    assert message in (
        {"role": "tool", "tool_call_id": "c1", "content": "8"},
        {"type": "function_call_output", "call_id": "c1", "output": "8"},
    )
    assert ("role" in message) == (CALLS.index(call) < 4)


@pytest.mark.parametrize("arguments", ["{", "[1]", '{"a": NaN}', [1], 5])
async def test_bad_arguments_never_become_an_empty_call(arguments: Any) -> None:
    session = Session({})
    with pytest.raises(BridgeError, match="the arguments of add are not a JSON object, so it was not called"):
        await call_openai_tool(session, {"function": {"name": "add", "arguments": arguments}})
    assert session.called == []


@pytest.mark.parametrize("call", [{}, {"function": {"name": ""}}, {"function": 5}, "add", None])
async def test_what_is_no_call(call: Any) -> None:
    with pytest.raises(BridgeError, match="this is not a tool call"):
        await call_openai_tool(Session({}), call)


def test_a_result_needs_the_id_of_its_call() -> None:
    with pytest.raises(BridgeError, match="has no id"):
        tool_result_message({"function": {"name": "add"}}, CallToolResult(content=[]))
