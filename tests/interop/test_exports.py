from __future__ import annotations

import ast
import json
import shlex
import tomllib

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.interop.access import GatewayAccess, Launch
from mcptui.interop.clients import CLIENTS, Client
from mcptui.interop.exports import EXPORTS, client_config, client_entry, edited, export_text, has_entry
from mcptui.interop.paste import parse_paste
from mcptui.interop.sources import read_source

BASE = "http://127.0.0.1:4000"
KEY = "sk-mcptui-abc_DEF-123"
BEARER = {"Authorization": f"Bearer {KEY}"}


def config(kind: str, base_url: str = BASE, name: str = "mcptui") -> str:
    return client_config(kind, base_url=base_url, key=KEY, name=name)


@pytest.mark.parametrize("kind", ["cursor", "windsurf", "vscode", "claude-code"])
def test_what_is_written_can_be_pasted_back(kind: str) -> None:
    paste = parse_paste(config(kind))
    (server,) = paste.servers
    assert paste.problem is None
    assert (server.name, server.url, dict(server.headers)) == ("mcptui", f"{BASE}/mcp", BEARER)


def test_vscode_says_the_type() -> None:
    assert json.loads(config("vscode"))["servers"]["mcptui"]["type"] == "http"


@pytest.mark.parametrize(("base", "insecure"), [(BASE, True), ("https://mcp.example.org/", False)])
def test_claude_goes_through_mcp_remote(base: str, insecure: bool) -> None:
    entry = json.loads(config("claude", base))["mcpServers"]["mcptui"]
    assert entry["env"] == {"AUTH": f"Bearer {KEY}"}
    assert f"{base.rstrip('/')}/mcp" in entry["args"]
    assert ("--allow-http" in entry["args"]) is insecure


def test_codex_is_toml() -> None:
    table = tomllib.loads(config("codex", name="my gateway"))["mcp_servers"]["my gateway"]
    assert table == {"url": f"{BASE}/mcp", "http_headers": BEARER}
    assert config("codex").startswith("[mcp_servers.mcptui]\n")


def test_openai_is_a_curl_command_for_the_responses_endpoint() -> None:
    words = shlex.split(config("openai").replace("\\\n", " "))
    assert words[:2] == ["curl", f"{BASE}/v1/responses"]
    tool = json.loads(words[-1])["tools"][0]
    assert (tool["type"], tool["server_url"]) == ("mcp", f"{BASE}/mcp")
    assert tool["headers"] == {"x-litellm-api-key": f"Bearer {KEY}"}
    assert parse_paste(config("openai")).servers[0].url == f"{BASE}/mcp"


def test_curl_lists_tools() -> None:
    words = shlex.split(config("curl").replace("\\\n", " "))
    assert json.loads(words[-1])["method"] == "tools/list"
    assert "Accept: application/json, text/event-stream" in words


def test_python_program_is_valid_and_names_url_and_key() -> None:
    program = config("python")
    constants = {node.value for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Constant)}
    assert {f"{BASE}/mcp", f"Bearer {KEY}", "x-litellm-api-key"} <= constants


def test_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError) as error:
        config("emacs")
    assert error.value.hint == f"choose one of {', '.join(EXPORTS)}"


HIDDEN = GatewayAccess(base_url=f"{BASE}/", server="docs")
LAUNCH = Launch("/opt/bin/mcptui", ("connect", "--key-secret", "key/x"), {"MCPTUI_HOME": "/srv/home"})


@pytest.mark.parametrize("client", CLIENTS.values(), ids=lambda client: client.id)
def test_every_file_is_read_back(client: Client) -> None:
    if client.by_url is not None:
        text = edited("", client, "mcptui", client_entry(client, GatewayAccess(base_url=BASE, key=KEY), None))
        (found,) = read_source(text, client.id).found
        assert (found.server.name, found.server.url, found.server.headers) == ("mcptui", f"{BASE}/mcp", BEARER)
        assert found.notes == ()
    text = edited("", client, "mcptui", client_entry(client, HIDDEN, LAUNCH))
    assert read_source(text, client.id).problems == ("mcptui is mcptui itself",)
    assert read_source(text.replace("connect", "serve"), client.id).found[0].server.env == LAUNCH.env


@pytest.mark.parametrize(
    ("client", "written"),
    [
        ("cursor", {"Authorization": "Bearer ${env:MCPTUI_KEY}"}),
        ("claude-code", {"Authorization": "Bearer ${MCPTUI_KEY}"}),
        ("vscode", {"Authorization": "Bearer ${env:MCPTUI_KEY}"}),
        ("windsurf", {"Authorization": "Bearer ${env:MCPTUI_KEY}"}),
        ("gemini", {"Authorization": "Bearer $MCPTUI_KEY"}),
        ("opencode", {"Authorization": "Bearer {env:MCPTUI_KEY}"}),
    ],
)
def test_a_variable_instead_of_the_key(client: str, written: dict[str, str]) -> None:
    entry = client_entry(CLIENTS[client], HIDDEN, None)
    assert entry["headers"] == written
    assert f"{BASE}/mcp/docs" in entry.values()
    (found,) = read_source(edited("", CLIENTS[client], "x", entry), client).found
    assert found.server.headers == {"Authorization": "Bearer ${env:MCPTUI_KEY}"}


def test_codex_names_the_variable() -> None:
    assert client_entry(CLIENTS["codex"], HIDDEN, None) == {
        "url": f"{BASE}/mcp/docs",
        "bearer_token_env_var": "MCPTUI_KEY",
    }


@pytest.mark.parametrize(("client", "why"), [("claude", "only starts commands"), ("cline", "replaces no variables")])
def test_who_needs_the_command(client: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        client_entry(CLIENTS[client], HIDDEN, None)
    assert "key/x" in export_text(client, HIDDEN, LAUNCH)


@pytest.mark.parametrize("kind", EXPORTS)
def test_the_key_stands_there_only_when_it_may(kind: str) -> None:
    assert KEY in config(kind)
    hidden = export_text(kind, HIDDEN, LAUNCH)
    assert "MCPTUI_KEY" in hidden or "key/x" in hidden
    assert f"{BASE}//" not in hidden


def test_claude_code_by_command() -> None:
    words = shlex.split(export_text("claude-code", GatewayAccess(base_url=BASE)))
    assert words[-1] == "Authorization: Bearer ${MCPTUI_KEY}"


def test_opencode_2_keeps_its_servers_elsewhere() -> None:
    entry = client_entry(CLIENTS["opencode"], HIDDEN, None)
    second = edited('{"mcp": {"servers": {}, "timeout": {}}}', CLIENTS["opencode"], "x", entry)
    assert json.loads(second)["mcp"]["servers"]["x"] == entry
    first = edited('{"mcp": {"servers": {"type": "local", "command": ["a"]}}}', CLIENTS["opencode"], "x", entry)
    assert json.loads(first)["mcp"]["x"] == entry


def test_a_key_is_not_in_a_repr() -> None:
    assert KEY not in repr(GatewayAccess(base_url=BASE, key=KEY))
    assert KEY not in repr(Launch("npx", (), {"AUTH": KEY}))


@pytest.mark.parametrize(
    ("client", "text", "has_it"),
    [
        ("cursor", '{"mcpServers": {"x": {}}}', True),
        ("cursor", '{"mcpServers": {"y": {}}}', False),
        ("cursor", '{"mcpServers": []}', False),
        ("cursor", "{", False),
        ("cursor", "[" * 100_000, False),
        ("codex", "[mcp_servers.x]", True),
        ("codex", "[mcp_servers", False),
        ("codex", "a = " + "[" * 5000, False),
        ("opencode", '{"mcp": {"servers": {"x": {}}}}', True),
    ],
)
def test_whether_a_server_is_in_a_file(client: str, text: str, has_it: bool) -> None:
    assert has_entry(text, CLIENTS[client], "x") is has_it
