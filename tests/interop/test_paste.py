from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.interop.paste import Paste, parse_paste
from mcptui.model import Server
from mcptui.model.auth import Basic
from mcptui.model.names import server_name_problem
from mcptui.model.setting import values_of

NO_SERVER = "no MCP server in this JSON: expected mcpServers, servers, or an object with url or command"


def only(text: str) -> Server:
    paste = parse_paste(text)
    assert paste.problem is None
    (server,) = paste.servers
    return server


def test_nothing() -> None:
    assert parse_paste(" \n") == Paste((), "empty")


def test_url() -> None:
    paste = parse_paste("  https://mcp.deepwiki.com/mcp\n")
    assert paste.kind == "url"
    assert paste.servers == (Server(name="deepwiki", url="https://mcp.deepwiki.com/mcp"),)


def test_urls_one_per_line_get_different_names() -> None:
    paste = parse_paste("https://a.example.com/mcp\n# second\n\nhttps://example.org/mcp", taken=["example"])
    assert [server.name for server in paste.servers] == ["example-2", "example-3"]


def test_credentials_leave_the_url() -> None:
    server = only("https://me:p%40ss@host.example:8443/mcp")
    assert server.url == "https://host.example:8443/mcp"
    assert server.auth == Basic(auth_value="me:p@ss")
    assert only("http://u@[::1]/mcp").url == "http://[::1]/mcp"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ftp://x/mcp", "the URL must begin with http:// or https://, not ftp"),
        ("https:///mcp", "the URL has no host"),
        ("http://[::1", "not a URL: Invalid IPv6 URL"),
        ("http://x:99999/", "not a URL: Port out of range 0-65535"),
        ("mcp.deepwiki.com/mcp", "is this a URL? Write https://mcp.deepwiki.com/mcp"),
        ("A=1 B=2", "there is no command after the variables"),
        ("server 'open", "a quote is not closed"),
        ("cat x | server", "| needs a shell, and servers are started without one: use sh -c '…'"),
        ('{"a": ', "not valid JSON: Expecting value: line 1 column 6 (char 5)"),
        ("[1, 2]", NO_SERVER),
        ('{"a": {"b": 1}}', "a has neither a url nor a command"),
        ('{"a": {"url": "x"}}', "a: the URL must begin with http:// or https://"),
        ('{"url": "http://a b/"}', "the URL contains white space"),
        ('{"command": 5}', NO_SERVER),
        ('{"command": {"path": 1}}', "the server has neither a url nor a command"),
        ("curl -X POST", "there is no http:// or https:// URL in this curl command"),
        ("curl -H", "-H needs a value"),
        ("claude mcp add", "there is no server name"),
        ("claude mcp add x --env", "--env needs a value"),
        ("claude mcp add x", "x has neither a url nor a command"),
        ("claude mcp add-json x", "x has neither a url nor a command"),
        ("claude mcp add-json x [", "not valid JSON: Expecting value: line 1 column 2 (char 1)"),
        ("[" * 100_000, "not valid JSON: nested too deeply"),
    ],
)  # fmt: skip
def test_problems_say_what_is_wrong(text: str, problem: str) -> None:
    paste = parse_paste(text)
    assert paste.problem == problem
    assert paste.servers == ()


def test_good_servers_survive_a_bad_one() -> None:
    paste = parse_paste('{"mcpServers": {"bad": {}, "good": {"url": "http://x/mcp"}}}')
    assert [server.name for server in paste.servers] == ["good"]
    assert paste.problem == "bad has neither a url nor a command"


def test_shell_command() -> None:
    server = only("$ API_KEY='s p' DEBUG=1 npx -y @modelcontextprotocol/server-everything \\\n  stdio")
    assert server == Server(
        name="everything",
        command="npx",
        args=("-y", "@modelcontextprotocol/server-everything", "stdio"),
        env={"API_KEY": "s p", "DEBUG": "1"},
    )
    assert only("env A=1 mcp-server-time").env == {"A": "1"}
    assert only(r"C:\tools\notes.exe --dir C:\notes").args == ("--dir", r"C:\notes")


def test_command_in_a_code_block() -> None:
    assert only("```bash\nuvx mcp-server-git\n```").name == "git"


def test_stdio_json_in_all_its_forms() -> None:
    plain = only(
        '{"a": {"type": "stdio", "command": "x", "args": ["-n", 1, true, null], "env": {"P": 80}, "cwd": "/s"}}'
    )
    assert (plain.command, plain.args, dict(plain.env), plain.cwd) == (
        "x",
        ("-n", "1", "true"),
        {"P": "80"},
        "/s",
    )
    zed = only('{"a": {"command": {"path": "x", "args": ["y"], "env": {"K": "v"}}}}')
    assert (zed.command, zed.args, dict(zed.env)) == ("x", ("y",), {"K": "v"})
    opencode = only('{"mcp": {"a": {"type": "local", "command": ["x", "y"], "environment": {"K": "v"}}}}')
    assert (opencode.command, opencode.args, dict(opencode.env)) == ("x", ("y",), {"K": "v"})


@pytest.mark.parametrize(
    ("extra", "field", "value"),
    [
        ({"transport": "streamable-http"}, "transport", "http"),
        ({"type": "sse"}, "transport", "sse"),
        ({"type": "stdio"}, "transport", "auto"),
        ({"disabled": True}, "enabled", False),
        ({"enabled": False}, "enabled", False),
        ({"timeout": 30}, "timeout", 30.0),
        ({"timeout": 30_000}, "timeout", 30.0),
        ({"timeout": True}, "timeout", 60.0),
        ({"includeTools": ["a"]}, "allowed_tools", ("a",)),
        ({"tools": ["*"]}, "allowed_tools", None),
        ({"disallowed_tools": ["a"]}, "disallowed_tools", ("a",)),
        ({"extra_headers": ["X-A"]}, "forward_headers", ("X-A",)),
        ({"spec_version": "2025-03-26"}, "spec_version", "2025-03-26"),
        ({"spec_version": "1999"}, "spec_version", "auto"),
        ({"auth_type": "none"}, "auth_value", None),
        ({"allow_all_keys": True}, "allow_all_keys", True),
        ({"description": "Docs"}, "description", "Docs"),
        ({"prefix": ""}, "prefix", ""),
        ({"auth_type": "api_key", "auth_value": "v"}, "auth_value", "v"),
        ({"auth_type": "oauth2"}, "auth_type", "oauth2"),
        ({"authorization_token": "t"}, "auth_type", "bearer_token"),
        ({"bearer_token_env_var": "TOKEN"}, "auth_value", "${env:TOKEN}"),
        ({"authentication_token": "os.environ/TOKEN"}, "auth_value", "${env:TOKEN}"),
        ({"static_headers": {"X": "1"}, "http_headers": {"Y": "2"}}, "headers", {"X": "1", "Y": "2"}),
    ],
)
def test_details(extra: dict[str, Any], field: str, value: object) -> None:
    assert values_of(only(json.dumps({"a": {"url": "http://x/mcp", **extra}})))[field] == value


def test_httpurl_means_streamable_http() -> None:
    assert only('{"a": {"httpUrl": "http://x/mcp"}}').transport == "http"


def test_renames_and_unused_keys_are_noted() -> None:
    paste = parse_paste('{"mcpServers": {"My Docs": {"url": "http://x/mcp", "not_a_setting": "red"}}}')
    assert paste.servers[0].name == "my-docs"
    assert paste.notes == ("My Docs is called my-docs here", "my-docs: not used here: not_a_setting")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["mcpServers", "servers", "mcp", "tools", "url", "command", "args", "env", "headers",
                         "a", "auth_type", "timeout", "type"]) | st.text(),
        inner | st.sampled_from(["http://x/mcp", "npx", "${A}", "sse"]),
        max_size=5,
    ),
    max_leaves=15,
)  # fmt: skip
words = st.sampled_from(
    ["curl", "claude", "mcp", "add", "add-json", "-H", "--env", "A=1", "--", "http://x", "{", "}", '"', "'",
     "codex", "--url", "-d", "code", "--add-mcp", "docker", "run", "python", "-m", "x://", "http://[", "\n",
     "```", "\\\n"]
)  # fmt: skip
texts = st.text() | json_values.map(json.dumps) | st.lists(words | st.text(max_size=3), max_size=8).map(" ".join)


def test_json_that_is_no_object_holds_no_server() -> None:
    assert parse_paste("code --add-mcp 5").problem == NO_SERVER


@given(texts)
def test_any_text_gives_valid_servers_or_a_problem(text: str) -> None:
    paste = parse_paste(text)
    assert paste.servers or paste.problem or paste.kind in {"empty", "command"}
    assert len({server.name for server in paste.servers}) == len(paste.servers)
    for server in paste.servers:
        assert server_name_problem(server.name) is None
        assert (server.url is None) != (server.command is None)
