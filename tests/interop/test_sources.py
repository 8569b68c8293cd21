"""Files of every client, written by us in their documented formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.interop.errors import ImportFileError
from mcptui.interop.reading import Found
from mcptui.interop.sources import SOURCES, Imported, read_source
from mcptui.model import LlmModel, Server
from mcptui.model.names import server_name_problem
from mcptui.model.setting import values_of

DATA = Path(__file__).parents[1] / "data" / "clients"
FILES = {
    "cursor.json": "cursor",
    "claude.json": "claude",
    "claude-code.json": "claude-code",
    "vscode.jsonc": "vscode",
    "windsurf.json": "windsurf",
    "cline.json": "cline",
    "gemini.json": "gemini",
    "codex.toml": "codex",
    "opencode.jsonc": "opencode",
    "opencode-2.jsonc": "opencode",
    "litellm.yaml": "litellm",
    "litellm-page.yaml": "litellm",
    "server.json": "registry",
}
SERVERS: dict[str, dict[str, dict[str, Any]]] = {
    "cursor.json": {
        "notes": {
            "command": "npx",
            "args": ("-y", "notes-mcp-server", "--root", "${env:HOME}/notes"),
            "env": {"NOTES_TOKEN": "canary-cursor-notes", "LEVEL": "info"},
        },
        "issue-tracker": {
            "url": "https://tracker.example.com/mcp",
            "headers": {"Authorization": "Bearer ${env:TRACKER_TOKEN}", "X-Team": "docs"},
        },
        "crm": {
            "url": "https://crm.example.com/mcp",
            "auth_type": "oauth2",
            "oauth_client_id": "cursor-app",
            "oauth_client_secret": "canary-cursor-oauth",
            "oauth_scopes": ("read", "write"),
        },
    },
    "claude.json": {
        "files": {"command": "npx", "args": ("-y", "@modelcontextprotocol/server-filesystem", "/srv/docs")},
        "search": {
            "command": "npx",
            "args": ("-y", "search-mcp"),
            "env": {"SEARCH_API_KEY": "canary-claude-search"},
        },
        "wiki": {"url": "https://wiki.example.com/mcp", "headers": {"Authorization": "Bearer canary-claude-wiki"}},
    },
    "claude-code.json": {
        "docs": {
            "url": "https://docs.example.com/mcp",
            "transport": "http",
            "headers": {"X-Api-Key": "${env:DOCS_KEY:-none}"},
        },
        "events": {"url": "https://events.example.com/sse", "transport": "sse", "timeout": 20.0},
        "db": {"command": "uvx", "args": ("db-mcp",), "env": {"DB_PASSWORD": "canary-code-db"}},
    },
    "vscode.jsonc": {
        "mail": {
            "url": "https://mail.example.com/mcp",
            "transport": "http",
            "headers": {"Authorization": "Bearer ${secret:server/mail/mail-key}"},
        },
        "python": {"command": "uvx", "args": ("mcp-run-python", "stdio"), "cwd": "${env:HOME}"},
        "local": {"command": "node", "args": ("${workspaceFolder}/server.js",)},
    },
    "windsurf.json": {
        "charts": {
            "url": "https://charts.example.com/mcp",
            "headers": {"API_KEY": "${env:CHARTS_KEY}"},
            "disallowed_tools": ("delete_chart",),
        },
        "shell": {"command": "uvx", "args": ("shell-mcp",), "env": {"TOKEN": "canary-windsurf"}, "enabled": False},
    },
    "cline.json": {
        "weather": {
            "url": "https://weather.example.com/mcp",
            "transport": "http",
            "headers": {"Authorization": "Bearer canary-cline-weather"},
            "timeout": 120.0,
        },
        "old": {"url": "https://old.example.com/sse"},
        "maps": {"command": "node", "args": ("/opt/maps/index.js",), "env": {"MAPS_KEY": "canary-cline-maps"}},
    },
    "gemini.json": {
        "stream": {
            "url": "https://stream.example.com/mcp",
            "transport": "http",
            "headers": {"Authorization": "Bearer ${env:STREAM_TOKEN}"},
            "timeout": 5.0,
        },
        "sse-server": {
            "url": "https://sse.example.com/sse",
            "auth_type": "oauth2",
            "oauth_client_id": "gemini-app",
        },
        "tools": {
            "command": "python3",
            "args": ("-m", "tools_mcp"),
            "cwd": "/srv/tools",
            "env": {"TOOLS_SECRET": "canary-gemini", "PLACE": "${env:PLACE}"},
            "allowed_tools": ("read_file", "list_files"),
            "disallowed_tools": ("write_file",),
        },
    },
    "codex.toml": {
        "figma": {
            "url": "https://mcp.figma.example/mcp",
            "auth_type": "bearer_token",
            "auth_value": "${env:FIGMA_TOKEN}",
            "headers": {"X-Region": "eu", "X-User": "${env:FIGMA_USER}"},
            "timeout": 45.0,
            "allowed_tools": ("get_*",),
        },
        "build": {
            "command": "npx",
            "args": ("-y", "build-mcp"),
            "cwd": "/srv/build",
            "env": {"BUILD_HOME": "${env:BUILD_HOME}", "BUILD_TOKEN": "canary-codex"},
            "enabled": False,
        },
    },
    "opencode.jsonc": {
        "context": {
            "url": "https://context.example.com/mcp",
            "headers": {"CONTEXT_API_KEY": "${env:CONTEXT_API_KEY}"},
            "timeout": 8.0,
        },
        "everything": {
            "command": "npx",
            "args": ("-y", "@modelcontextprotocol/server-everything"),
            "env": {"API_SECRET": "canary-opencode"},
            "enabled": False,
        },
    },
    "opencode-2.jsonc": {
        "context": {"url": "https://context.example.com/mcp", "enabled": False},
        "everything": {
            "command": "npx",
            "args": ("-y", "@modelcontextprotocol/server-everything"),
            "timeout": 90.0,
        },
    },
    "litellm.yaml": {
        "github_server": {
            "url": "https://github.example.com/mcp",
            "auth_type": "bearer_token",
            "auth_value": "${env:GITHUB_TOKEN}",
            "forward_headers": ("X-Request-Id",),
            "allowed_tools": ("search", "read_file"),
            "disallowed_tools": ("delete_repo",),
            "prefix": "gh",
        },
        "jira": {
            "url": "https://jira.example.com/sse",
            "transport": "sse",
            "description": "Issues",
            "auth_type": "basic",
            "auth_value": "me:canary-litellm-jira",
            "headers": {"X-Workspace": "shop", "X-Api-Key": "canary-litellm-signature"},
            "timeout": 15.0,
            "prefix": "work_items",
            "allow_all_keys": True,
            "max_concurrent": 4,
        },
        "sheets": {
            "command": "npx",
            "args": ("-y", "sheets-mcp"),
            "env": {"SHEETS_KEY": "canary-litellm-sheets"},
            "description": "Spreadsheets",
        },
        "cloud": {"url": "https://cloud.example.com/mcp"},
        "drive": {
            "url": "https://drive.example.com/mcp",
            "auth_type": "oauth2",
            "oauth_flow": "client_credentials",
            "oauth_client_id": "litellm-app",
            "oauth_client_secret": "canary-litellm-oauth",
            "oauth_scopes": ("files.read",),
            "oauth_issuer": "https://login.example.com",
        },
    },
    "litellm-page.yaml": {
        "deepwiki_mcp": {"url": "https://mcp.deepwiki.com/mcp"},
        "zapier_mcp": {"url": "https://actions.zapier.com/mcp/sk-akxxxxx/sse"},
        "my_http_server": {
            "url": "https://my-mcp-server.com/mcp",
            "transport": "http",
            "description": "My custom MCP server",
            "auth_type": "api_key",
            "spec_version": "2025-03-26",
        },
    },
    "server.json": {
        "weather-mcp": {
            "url": "https://eu.weather.example/mcp",
            "transport": "http",
            "description": "Forecasts for every place",
            "headers": {"X-Api-Key": "${secret:server/weather-mcp/x-api-key}", "X-Units": "celsius"},
        },
        "weather-mcp-2": {
            "command": "uvx",
            "args": ("weather-mcp-server@0.5.0",),
            "env": {
                "WEATHER_API_KEY": "${secret:server/weather-mcp-2/weather-api-key}",
                "WEATHER_UNITS": "celsius",
            },
            "description": "Forecasts for every place",
        },
        "weather-mcp-3": {
            "command": "npx",
            "args": ("-y", "--quiet", "@example/weather@0.5.0", "start", "--cache", "/tmp/day", "<place>"),
            "description": "Forecasts for every place",
            "enabled": False,
        },
        "weather-mcp-4": {
            "command": "docker",
            "args": ("run", "-i", "--rm", "-e", "WEATHER_API_KEY", "docker.io/example/weather:0.5.0"),
            "env": {"WEATHER_API_KEY": "${secret:server/weather-mcp-4/weather-api-key}"},
            "description": "Forecasts for every place",
        },
    },
}
NOTES = {
    "cursor.json": [
        "notes: the variables of ${workspaceFolder}/.env are not read; put them into env",
        "Issue Tracker is called issue-tracker here",
        "crm: log in once it is saved: mcptui server login crm",
    ],
    "claude.json": ["wiki: connects directly instead of through mcp-remote"],
    "vscode.jsonc": ["args: fill in ${workspaceFolder}"],
    "gemini.json": [
        "sse is called sse-server here",
        "sse-server: log in once it is saved: mcptui server login sse-server",
    ],
    "litellm.yaml": [
        "jira: not carried over: requests a minute per server",
        "jira: not carried over: filters of parameters",
        "cloud: auth_type aws_sigv4 does not exist here; set its credential by hand",
        "cloud: not carried over: AWS signatures",
        'LiteLLM writes "-" between server and tool: separator = "-" in [gateway] keeps the names',
        "general_settings.master_key is not carried over: make keys with mcptui key create",
        "model azure: azure/my-deployment has no OpenAI-compatible endpoint that mcptui knows",
        "model *: wildcards cannot be carried over; add the models by name",
    ],
    "litellm-page.yaml": ['LiteLLM writes "-" between server and tool: separator = "-" in [gateway] keeps the names'],
    "server.json": [
        "weather-mcp is called weather-mcp-2 here",
        "weather-mcp is called weather-mcp-3 here",
        "weather-mcp-3: fill in place, then switch it on",
        "weather-mcp is called weather-mcp-4 here",
    ],
}


def read(name: str, source: str | None = None) -> Imported:
    return read_source((DATA / name).read_text(encoding="utf-8"), source or FILES[name])


def said(found: Found) -> dict[str, Any]:
    """What differs from a server about which nothing is said."""
    usual = values_of(Server(name=""))
    return {name: value for name, value in values_of(found.server).items() if value != usual[name]}


def test_every_source_has_a_file() -> None:
    assert {"any", *FILES.values()} == set(SOURCES)
    assert {path.name for path in DATA.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_servers_and_remarks(name: str) -> None:
    imported = read(name)
    assert {found.server.name: said(found) for found in imported.found} == SERVERS[name]
    assert [*(note for found in imported.found for note in found.notes), *imported.notes] == NOTES.get(name, [])


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_format_is_recognised(name: str) -> None:
    # Only where a client differs from all others must it be named: here in units and variables.
    named, guessed = read(name), read(name, "any")
    assert [found.label for found in guessed.found] == [found.label for found in named.found]
    if name not in {"gemini.json", "opencode.jsonc"}:
        assert guessed.found == named.found


def test_what_litellm_has_beside_servers() -> None:
    imported = read("litellm.yaml")
    assert imported.models == (
        LlmModel(name="gpt-4o", base_url="https://api.openai.com/v1", model="gpt-4o", api_key="${env:OPENAI_API_KEY}"),
        LlmModel(name="local", base_url="http://localhost:8000/v1", model="qwen3", api="chat"),
        LlmModel(
            name="claude",
            base_url="https://api.anthropic.com/v1",
            model="claude-sonnet-5",
            api="chat",
            api_key="canary-litellm-anthropic",
        ),
    )
    assert imported.groups == {"dev": ("github_server", "jira"), "writing": ("github_server",)}
    assert imported.problems == ("petstore: an OpenAPI description is no MCP server; mcptui cannot serve it",)


def test_secrets_to_fill_in_and_other_choices() -> None:
    imported = read("server.json")
    assert [(found.preselected, [about for _, about in found.missing]) for found in imported.found] == [
        (True, ["Key of the weather service"]),
        (False, ["API key"]),
        (False, []),
        (False, ["WEATHER_API_KEY"]),
    ]
    assert imported.problems == (
        "weather-mcp: packages of kind mcpb cannot be started by mcptui",
        "weather-mcp: the npm package weather-http serves HTTP by itself; start it and add its URL",
    )
    assert read("vscode.jsonc").found[0].missing == (("server/mail/mail-key", "Key of the mail service"),)


@pytest.mark.parametrize(
    ("text", "source", "message"),
    [
        ("{", "cursor", "not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("{", "any", "not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("a = ", "codex", "not valid TOML: Invalid value (at end of document)"),
        ("a: [", "litellm", "not valid YAML: expected the node content, but found '<stream end>', line 1, column 5"),
        ("a: \x07", "litellm", "not valid YAML: ReaderError"),
        ("hello", "any", "not a configuration with MCP servers"),
        ("12", "any", "not a configuration with MCP servers"),
        (" " * (16 * 1024 * 1024 + 1), "any", "larger than 16 MB: that is no configuration"),
    ],
)
def test_what_cannot_be_read(text: str, source: str, message: str) -> None:
    with pytest.raises(ImportFileError) as error:
        read_source(text, source)
    assert error.value.message == message


@pytest.mark.parametrize("text", ["", "{}", "[]", "mcp_servers: {}", "x = 1"])
def test_nothing_in_it(text: str) -> None:
    assert read_source(text).found == ()


def test_good_servers_survive_bad_ones() -> None:
    entries = {
        "good": {"url": "https://a.example/mcp"},
        "web": {"type": "ws", "url": "wss://a.example"},
        "bad": {"url": "ftp://a.example"},
        "self": {"command": "/usr/bin/mcptui", "args": ["connect"]},
    }
    imported = read_source(json.dumps({"mcpServers": entries}), "cursor")
    assert [found.server.name for found in imported.found] == ["good"]
    assert imported.problems == (
        "web is reached over WebSocket, which MCP does not have",
        "bad: the URL must begin with http:// or https://, not ftp",
        "self is mcptui itself",
    )


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["mcpServers", "servers", "mcp", "mcp_servers", "url", "command", "args", "env", "headers", "packages",
             "remotes", "name", "type", "identifier", "registryType", "packageArguments", "value", "oauth", "x",
             "projects", "inputs", "model_list", "litellm_params", "model", "env_vars", "access_groups", "timeout"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(_JSON, st.sampled_from(sorted(SOURCES)))
def test_any_document_is_read_or_refused(document: object, source: str) -> None:
    try:
        imported = read_source(json.dumps(document), source)
    except ImportFileError:
        return
    names = [found.server.name for found in imported.found]
    assert len(set(names)) == len(names)
    assert [server_name_problem(name) for name in names] == [None] * len(names)
