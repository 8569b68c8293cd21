"""JSON as people copy it, and where in it the servers are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mcptui.interop import dialects
from mcptui.interop.dialects import Dialect
from mcptui.interop.documents import is_incomplete, load_json, read_document
from mcptui.interop.paste import parse_paste
from mcptui.interop.reading import Reading
from mcptui.model import Server


def only(text: str) -> Server:
    paste = parse_paste(text)
    assert paste.problem is None
    (server,) = paste.servers
    return server


def named(document: object, dialect: Dialect = dialects.ANY) -> list[str]:
    """The names of the servers in a document that is good."""
    reading = Reading(set(), dialect)
    assert read_document(reading, document) == []
    return [server.name for server in reading.servers]


ENTRY = {"url": "https://x.example/mcp", "headers": {"X-Token": "t"}}
OTHER = {"command": "npx"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2,],}', {"a": [1, 2]}),
        ('// first\n{"a": 1} // last', {"a": 1}),
        ('{"a": /* , */ 1}', {"a": 1}),
        ('{"a": 1, // b\n}', {"a": 1}),
        ('"a": 1', {"a": 1}),
        ('"a": 1,\n', {"a": 1}),
        ('{"a": "// no comment", "b": "/* nor */",}', {"a": "// no comment", "b": "/* nor */"}),
        ('{"a": "x,}", "b": "\\",]"}', {"a": "x,}", "b": '",]'}),
        ('{"url": "http://x/mcp",}', {"url": "http://x/mcp"}),
        ("[1,]", [1]),
        ("5", 5),
        ("", {}),
    ],
)
def test_json_as_it_is_found(text: str, value: object) -> None:
    assert load_json(text) == value


@pytest.mark.parametrize("text", ["{", "[", '{"a"}', "a: 1", "{'a': 1}", "[" * 100_000, '{"a": 1} /* open'])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Extra|Invalid|nested|Expected"):
        load_json(text)


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"mcpServers": {"a": ENTRY, "b": OTHER}}, ["a", "b"]),
        ({"a": ENTRY, "b": OTHER}, ["a", "b"]),
        ([ENTRY, OTHER, {"x": 1}, 5], ["x", "npx"]),
        ({"tools": [{"type": "mcp", "server_label": "l", "server_url": "https://x/mcp"}, {"type": "function"}]}, ["l"]),
        ({"mcp": {"servers": {"a": ENTRY}}}, ["a"]),
        ({"mcp": ENTRY}, ["mcp-server"]),
        ({"mcpServers": {"a": ENTRY, "comment": "mine", "//": "and this", "_b": "too"}}, ["a"]),
        ({"mcpServers": {"cmd": OTHER, "command": OTHER, "url": ENTRY}}, ["cmd", "command", "url"]),
        ({"mcpServers": {"a": ENTRY}, "theme": {"name": "dark"}}, ["a"]),
    ],
)
def test_wherever_some_client_keeps_its_servers(document: object, names: list[str]) -> None:
    assert named(document) == names


@pytest.mark.parametrize(
    ("dialect", "document", "names"),
    [
        (dialects.CURSOR, {"mcpServers": {"a": ENTRY}, "servers": {"b": ENTRY}}, ["a"]),
        (dialects.VSCODE, {"servers": {"a": ENTRY}}, ["a"]),
        (dialects.VSCODE, {"mcp": {"servers": {"a": ENTRY}}}, ["a"]),
        (
            dialects.CLAUDE_CODE,
            {"mcpServers": {"a": ENTRY}, "projects": {"/p": {"mcpServers": {"b": ENTRY}}, "/q": {}, "/r": 5}},
            ["a", "b"],
        ),
        (dialects.OPENCODE, {"mcp": {"a": ENTRY}}, ["a"]),
        (dialects.OPENCODE, {"mcp": {"servers": {"a": ENTRY}, "timeout": {"b": 1}}}, ["a"]),
        # Not where this client keeps them: better than none.
        (dialects.VSCODE, {"mcpServers": {"a": ENTRY}}, ["a"]),
    ],
)
def test_where_a_client_keeps_its_servers(dialect: Dialect, document: object, names: list[str]) -> None:
    assert named(document, dialect) == names


@pytest.mark.parametrize(
    "document", [None, 5, "x", [], {}, [5], {"a": 5}, {"mcpServers": {}}, {"tools": [{"type": "x"}]}]
)
def test_a_document_without_servers(document: object) -> None:
    assert read_document(Reading(set()), document) == [
        "no MCP server in this JSON: expected mcpServers, servers, or an object with url or command"
    ]


def test_every_bad_entry_is_said() -> None:
    reading = Reading(set())
    problems = read_document(reading, {"mcpServers": {"a": {}, "b": ENTRY, "c": {"url": "ftp://x"}}})
    assert [problem[:2] for problem in problems] == ["a ", "c:"]
    assert [server.name for server in reading.servers] == ["b"]


@pytest.mark.parametrize(
    ("inputs", "asked"),
    [
        ([{"id": "a", "description": "The key"}, {"id": "b"}, 5], {"a": "The key", "b": "b"}),
        ("a", {}),
        (None, {}),
    ],
)
def test_the_questions_of_a_document(inputs: Any, asked: dict[str, str]) -> None:
    reading = Reading(set(), dialects.VSCODE)
    read_document(reading, {"inputs": inputs, "servers": {"a": ENTRY}})
    assert reading.questions == asked


@pytest.mark.parametrize(
    "document",
    [
        {"mcpServers": {"docs": ENTRY}},
        {"servers": {"docs": ENTRY}},
        {"mcp": {"servers": {"docs": ENTRY}}},
        {"context_servers": {"docs": ENTRY}},
        {"mcp_servers": {"docs": ENTRY}, "model_list": []},
        {"docs": ENTRY},
        {"name": "docs", **ENTRY},
        [{"name": "docs", **ENTRY}],
        {"tools": [{"type": "function"}, {"type": "mcp", "server_label": "docs", "server_url": ENTRY["url"],
                    "headers": ENTRY["headers"]}]},
    ],
)  # fmt: skip
def test_json_of_clients(document: object) -> None:
    server = only(json.dumps(document))
    assert (server.name, server.url, dict(server.headers)) == (
        "docs",
        "https://x.example/mcp",
        {"X-Token": "t"},
    )


def test_servers_may_be_called_like_a_container() -> None:
    assert only('{"mcp": {"url": "http://127.0.0.1:9/x"}}').name == "mcp-server"


def test_json_with_comments_trailing_commas_and_without_braces() -> None:
    text = """
    "mcpServers": { // ours
      "docs": { "url": "http://x/mcp", /* not "this" */ },
    },
    """
    assert only(text).url == "http://x/mcp"


@pytest.mark.parametrize(
    ("text", "incomplete"),
    [
        ("{", True),
        ('{"a": {', True),
        ('{"a', True),
        ('{"a": 1} /* x', True),
        ('{"a": "}"', True),
        ('{"a": "{",}', False),
        ("{} // {", False),
        ("{ nonsense }", False),
        ("{}}", False),
    ],
)
def test_the_beginning_of_json_is_told_from_what_is_wrong(text: str, incomplete: bool) -> None:
    assert is_incomplete(text) is incomplete
