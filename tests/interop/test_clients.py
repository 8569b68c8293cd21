from __future__ import annotations

import ast
import json
import shlex
import tomllib

import pytest

from mcptui.errors import NotFoundError
from mcptui.interop.clients import CLIENT_KINDS, client_config
from mcptui.interop.paste import parse_paste

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
    assert error.value.hint == f"choose one of {', '.join(CLIENT_KINDS)}"
