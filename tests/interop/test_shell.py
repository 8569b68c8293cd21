"""Command lines: a server's own, those that add one to another program, and curl."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.interop.paste import parse_paste
from mcptui.interop.reading import Reading
from mcptui.interop.shell import read_command, split_words
from mcptui.model import Server
from mcptui.model.auth import Basic, BearerToken
from mcptui.model.setting import values_of


def only(text: str) -> Server:
    paste = parse_paste(text)
    assert paste.problem is None
    (server,) = paste.servers
    return server


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a b  c", ["a", "b", "c"]),
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ("a b\\ c", ["a", "b c"]),
        ("a 'it'\\''s'", ["a", "it's"]),
        ("a # b", ["a", "#", "b"]),
        ("a ''", ["a", ""]),
        ("a\tb\nc", ["a", "b", "c"]),
        (r"C:\tools\x.exe --dir D:\new", [r"C:\tools\x.exe", "--dir", r"D:\new"]),
        ("", []),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    assert split_words(line) == words


@pytest.mark.parametrize("line", ["a 'b", 'a "b', "it's"])
def test_an_open_quote(line: str) -> None:
    with pytest.raises(ValueError, match="quot"):
        split_words(line)


@pytest.mark.parametrize(
    ("words", "kind", "problem"),
    [
        (["env"], "command", "there is no command after the variables"),
        (["A=1"], "command", "there is no command after the variables"),
        (["x", "|", "y"], "command", "| needs a shell, and servers are started without one: use sh -c '…'"),
        (["x", "2>&1"], "command", "2>&1 needs a shell, and servers are started without one: use sh -c '…'"),
        (["/opt/mcptui", "connect"], "command", "the server is mcptui itself"),
        (["curl"], "curl", "there is no http:// or https:// URL in this curl command"),
        (["curl", "--header"], "curl", "--header needs a value"),
        (["claude", "mcp", "add"], "claude", "there is no server name"),
        (["claude", "mcp", "add", "-e"], "claude", "-e needs a value"),
        (["codex", "mcp", "add", "x"], "codex", "x has neither a url nor a command"),
        (["code", "--add-mcp", "{"], "vscode", "not valid JSON: Expecting property name enclosed in double quotes"),
    ],
)
def test_what_cannot_be_used(words: list[str], kind: str, problem: str) -> None:
    found = read_command(Reading(set()), words)
    assert found[0] == kind
    assert (found[1] or "").startswith(problem)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("claude", "command"),
        ("claude mcp list", "command"),
        ("claude mcp add x http://x", "claude"),
        ("/usr/bin/claude mcp add x http://x", "claude"),
        (r"C:\bin\codex.exe mcp add x --url http://x", "codex"),
        ("code .", "command"),
        ("curl http://x", "curl"),
        ("sh -c 'a | b'", "command"),
        ("A=1 B=2 x", "command"),
    ],
)
def test_whose_command_it_is(line: str, kind: str) -> None:
    assert read_command(Reading(set()), split_words(line)) == (kind, None)


@pytest.mark.parametrize(
    ("options", "settings"),
    [
        ("--client-id abc --callback-port 8080", {"oauth_client_id": "abc", "oauth_redirect_port": 8080}),
        ("--callback-port=8080", {"oauth_redirect_port": 8080}),
        ("--callback-port soon --client-id abc", {"oauth_client_id": "abc", "oauth_redirect_port": None}),
        ("--client-secret --client-id abc", {"oauth_client_id": "abc"}),
        ("--timeout 30000", {"timeout": 30.0}),
        ("--timeout soon", {"timeout": 60.0}),
        ("--description 'All docs'", {"description": "All docs"}),
        ("--include-tools a,b --exclude-tools c", {"allowed_tools": ("a", "b"), "disallowed_tools": ("c",)}),
        ("-s project --trust", {}),
        ("--bearer-token-env-var T", {"auth_type": "bearer_token", "auth_value": "${env:T}"}),
    ],
)
def test_a_value_of_an_option_is_no_name(options: str, settings: dict[str, Any]) -> None:
    server = only(f"claude mcp add {options} docs http://x/mcp")
    assert (server.name, server.url) == ("docs", "http://x/mcp")
    assert {name: values_of(server)[name] for name in settings} == settings


@pytest.mark.parametrize(
    "options",
    [
        "-x http://proxy:8080",
        "--proxy http://proxy:8080",
        "--proxy=http://proxy:8080",
        "-e http://from.example/",
        "--referer https://from.example/",
        "--doh-url https://dns.example/",
        "--cacert /etc/ca.pem -o out.json",
        "-b 'a=https://x' -sS -L -X POST",
    ],
)
def test_an_address_that_is_the_value_of_an_option_of_curl_is_no_server(options: str) -> None:
    assert only(f"curl {options} https://x.example/mcp").url == "https://x.example/mcp"
    assert only(f"curl https://x.example/mcp {options}").url == "https://x.example/mcp"


@pytest.mark.parametrize(
    "header",
    ["Accept: */*", "content-type: application/json", "Mcp-Session-Id: 1", "Host: x", "User-Agent: curl"],
)
def test_headers_of_the_transport_are_the_gateway_s_own(header: str) -> None:
    assert only(f"curl http://x/mcp -H '{header}' -H 'X-Key: k'").headers == {"X-Key": "k"}


@pytest.mark.parametrize(
    "command",
    [
        "claude mcp add --transport http docs http://x/mcp --header 'X-A: b: c'",
        "claude mcp add -t http -s user docs http://x/mcp -H 'X-A: b: c'",
        'claude mcp add-json docs \'{"type": "http", "url": "http://x/mcp", "headers": {"X-A": "b: c"}}\'',
    ],
)
def test_claude_mcp_add_url(command: str) -> None:
    assert only(command) == Server(name="docs", url="http://x/mcp", transport="http", headers={"X-A": "b: c"})


@pytest.mark.parametrize(
    "command",
    [
        "claude mcp add files --env A=1 B=2 -- npx -y files --flag",
        "claude mcp add -e A=1 -e B=2 files npx -y files --flag",
        "claude mcp add --env=A=1 --env=B=2 files -- npx -y files --flag",
        "codex mcp add files --env A=1 --env B=2 -- npx -y files --flag",
        "claude mcp add files -e A=1 -e B=2 npx -- -y files --flag",
    ],
)
def test_mcp_add_command(command: str) -> None:
    server = only(command)
    assert server == Server(name="files", command="npx", args=("-y", "files", "--flag"), env={"A": "1", "B": "2"})


def test_other_programs_that_add() -> None:
    codex = only("codex mcp add docs --url http://x/mcp --bearer-token-env-var TOKEN")
    assert (codex.url, codex.auth) == ("http://x/mcp", BearerToken(auth_value="${env:TOKEN}"))
    vscode = parse_paste('code --add-mcp \'{"name": "docs", "command": "x"}\'')
    assert (vscode.kind, vscode.servers[0].command) == ("vscode", "x")
    gemini = parse_paste("gemini mcp add --trust docs http://x/mcp")
    assert (gemini.kind, gemini.notes) == ("gemini", ("not used here: --trust",))


def test_curl_of_an_endpoint() -> None:
    paste = parse_paste(
        "curl -k --request=POST --url http://x/mcp -u me:pw \\\n -H 'X-Key: k' -H 'Accept: */*' "
        "-H 'Mcp-Method: tools/list' --data '{\n \"jsonrpc\": \"2.0\"\n}'"
    )
    assert paste.kind == "curl"
    assert paste.servers == (
        Server(name="x", url="http://x/mcp", headers={"X-Key": "k"}, auth=Basic(auth_value="me:pw")),
    )
    assert paste.notes == ("certificates are always checked; -k is not used",)


def test_curl_of_the_responses_api() -> None:
    server = only(
        "curl --location 'https://api.openai.com/v1/responses' --header 'Authorization: Bearer K' --data '{\n"
        '"model": "gpt-4o", "tools": [{"type": "mcp", "server_label": "litellm",\n'
        '"server_url": "http://gateway.example/mcp", "headers": {"x-litellm-api-key": "Bearer Y"}}]}\''
    )
    assert server == Server(name="litellm", url="http://gateway.example/mcp", headers={"x-litellm-api-key": "Bearer Y"})


def test_curl_with_an_empty_body() -> None:
    assert only("curl http://x/mcp -d '{}'").url == "http://x/mcp"
