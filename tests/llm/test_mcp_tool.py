"""A tool of type ``mcp`` as a request describes it: what it allows, and what needs a person."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.errors import LlmError
from mcptui.llm.mcp_tool import McpTool, ToolFilter, parse_mcp_tool

READ = {"name": "read", "annotations": {"readOnlyHint": True}}
WRITE = {"name": "write", "annotations": {"readOnlyHint": False}}
PLAIN = {"name": "plain"}
TOOLS = (READ, WRITE, PLAIN)


def parsed(**members: Any) -> McpTool:
    tool = parse_mcp_tool({"type": "mcp", "server_label": "gw", "server_url": "https://x/mcp", **members}, "tools[0]")
    assert tool is not None
    return tool


@pytest.mark.parametrize(
    ("allowed", "names"),
    [
        (None, ["read", "write", "plain"]),
        ([], []),
        (["read"], ["read"]),
        (["read", "other"], ["read"]),
        ({}, ["read", "write", "plain"]),
        ({"tool_names": ["write"]}, ["write"]),
        ({"read_only": True}, ["read"]),
        # What says nothing is taken for something that may write.
        ({"read_only": False}, ["write", "plain"]),
        ({"read_only": True, "tool_names": ["write", "read"]}, ["read"]),
    ],
)
def test_which_tools_are_offered(allowed: Any, names: list[str]) -> None:
    tool = parsed(allowed_tools=allowed)
    assert [each["name"] for each in TOOLS if tool.allowed.matches(each)] == names


def test_a_tool_may_be_meant_by_any_of_its_names() -> None:
    names = ToolFilter(frozenset({"gw__read"}))
    assert names.matches(READ, "gw__read")
    assert not names.matches(READ)
    assert not names.matches(READ, "other__read")


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        (None, ["read", "write", "plain"]),
        ("always", ["read", "write", "plain"]),
        ("never", []),
        ({}, ["read", "write", "plain"]),
        ({"never": {"tool_names": ["read"]}}, ["write", "plain"]),
        ({"never": ["read"]}, ["write", "plain"]),
        ({"never": {"read_only": True}}, ["write", "plain"]),
        ({"never": {}}, []),
        ({"always": {"tool_names": ["write"]}}, ["read", "write", "plain"]),
        ({"never": {}, "always": {"tool_names": ["write"]}}, ["write"]),
        # Meant by both: a person is asked.
        ({"never": ["write"], "always": ["write"]}, ["read", "write", "plain"]),
    ],
)
def test_what_needs_a_person(said: Any, asks: list[str]) -> None:
    tool = parsed(require_approval=said)
    assert [each["name"] for each in TOOLS if tool.needs_approval(each)] == asks


@pytest.mark.parametrize("annotations", [None, "read", {"readOnlyHint": "yes"}, {"readOnlyHint": 1}, []])
def test_only_true_means_read_only(annotations: object) -> None:
    assert not ToolFilter(read_only=True).matches({"name": "a", "annotations": annotations})


@pytest.mark.parametrize(
    ("members", "headers"),
    [
        ({}, {}),
        ({"headers": None}, {}),
        ({"headers": {"X-Key": "k"}}, {"x-key": "k"}),
        ({"authorization": "t"}, {"authorization": "Bearer t"}),
        ({"authorization": ""}, {}),
        ({"authorization": "t", "headers": {"Authorization": "own"}}, {"authorization": "own"}),
    ],
)
def test_headers(members: dict[str, Any], headers: dict[str, str]) -> None:
    assert parsed(**members).headers == headers


def test_no_credential_is_shown() -> None:
    assert "sk-1" not in repr(parsed(headers={"x-key": "sk-1"}, authorization="sk-1"))


def test_what_names_no_url_is_somebody_else_s() -> None:
    assert parse_mcp_tool({"type": "mcp", "server_label": "gw", "connector_id": "x"}, "tools[0]") is None


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"server_label": None}, "tools[0].server_label"),
        ({"server_label": ""}, "tools[0].server_label"),
        ({"server_label": "x" * 129}, "tools[0].server_label"),
        ({"server_label": "a\nb"}, "tools[0].server_label"),
        ({"server_url": 5}, "tools[0].server_url"),
        ({"headers": ["x"]}, "tools[0].headers"),
        ({"headers": {"x": 5}}, "tools[0].headers"),
        ({"require_approval": "sometimes"}, "tools[0].require_approval"),
        ({"require_approval": True}, "tools[0].require_approval"),
        ({"require_approval": {"never": "read"}}, "tools[0].require_approval.never"),
        ({"require_approval": {"always": {"tool_names": "read"}}}, "tools[0].require_approval.always"),
        ({"allowed_tools": "read"}, "tools[0].allowed_tools"),
        ({"allowed_tools": [5]}, "tools[0].allowed_tools"),
        ({"allowed_tools": {"read_only": "yes"}}, "tools[0].allowed_tools"),
    ],
)
def test_what_is_malformed_is_said_where_it_is(members: dict[str, Any], param: str) -> None:
    with pytest.raises(LlmError) as error:
        parsed(**members)
    assert (error.value.status, error.value.param) == (400, param)
