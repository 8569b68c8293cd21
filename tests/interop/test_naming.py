from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.interop.naming import name_from_command, name_from_url, valid_name
from mcptui.model.names import server_name_problem


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://mcp.deepwiki.com/mcp", "deepwiki"),
        ("https://api.githubcopilot.com/mcp/", "githubcopilot"),
        ("https://www.example.co.uk/mcp", "example"),
        ("https://mcp.dev/mcp", "mcp"),
        ("https://gateway/mcp", "gateway"),
        ("http://localhost:8000/mcp", "local-8000"),
        ("http://127.0.0.1/mcp", "local"),
        ("http://[::1]:9/mcp/files", "files"),
        ("http://box.local:4000/files/mcp", "files"),
    ],
)
def test_name_from_url(url: str, name: str) -> None:
    assert name_from_url(url) == name


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("npx -y @modelcontextprotocol/server-everything", "everything"),
        ("npx @modelcontextprotocol/server-filesystem@2026.8.31 /srv", "filesystem"),
        ("npx -y @playwright/mcp@latest", "playwright"),
        ("mcp-server-time --local-timezone UTC", "time"),
        ("uvx mcp-server-git --repository .", "git"),
        ("uvx --from git+https://github.com/a/b@v1 serve-it", "serve-it"),
        ("uvx some-mcp==1.2", "some"),
        ("python -m mcp_server_fetch", "fetch"),
        ("python3.11 /srv/weather/server.py", "weather"),
        ("python", "python"),
        ("uv --directory /srv/weather run main.py", "weather"),
        ("uv run --with mcp python -m sentry_mcp", "sentry"),
        ("node /srv/notes/build/index.js", "notes"),
        ("node index.js", "index"),
        ("docker run -i --rm -e TOKEN ghcr.io/github/github-mcp-server:v1", "github"),
        ("docker run -i mcp/fetch", "fetch"),
        ("docker", "docker"),
        ("cmd /c npx -y mcp-remote", "remote"),
        ("cmd", ""),
        ("npx", "npx"),
        ("/usr/local/bin/files-mcp-server", "files"),
        (r"C:\tools\notes.exe", "notes"),
        ("mcp", "mcp"),
    ],
)
def test_name_from_command(command: str, name: str) -> None:
    assert name_from_command(command.split()) == name


@given(st.text(), st.sets(st.text("ab-2", max_size=4)))
def test_names_are_valid_and_free(text: str, taken: set[str]) -> None:
    name = valid_name(text, taken)
    assert server_name_problem(name) is None
    assert name not in taken


def test_a_name_that_headers_cannot_tell_from_another_gets_a_number() -> None:
    assert valid_name("my_files", {"my-files"}) == "my_files-2"


def test_a_taken_name_gets_a_number() -> None:
    assert valid_name("Git Hub", {"git-hub", "git-hub-2"}) == "git-hub-3"
    assert valid_name("mcp") == "mcp-server"
    assert valid_name("x" * 40, {"x" * 32}) == "x" * 30 + "-2"


@given(st.lists(st.text()))
def test_any_command_has_a_name(words: list[str]) -> None:
    assert server_name_problem(valid_name(name_from_command(words))) is None
