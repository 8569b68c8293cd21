"""Real servers over every transport, added and used by command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.home import SDK_SERVER, SMALL_SERVER, Home
from tests.support.sdk_server import TOKEN


def target(kind: str, sdk_server: str) -> tuple[str, ...]:
    """What to add for the server of the official SDK over this transport."""
    return {"stdio": ("--", *SDK_SERVER, "stdio"), "http": (f"{sdk_server}/mcp",), "sse": (f"{sdk_server}/sse",)}[kind]


def test_stdio_servers_of_other_makers(running: Home, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    time = running("server", "add", "time", "--", sys.executable, "-m", "mcp_server_time", "--local-timezone", "UTC")
    git = running("server", "add", "git", "--", sys.executable, "-m", "mcp_server_git", "--repository", str(repository))
    assert "time works: 2 tools" in time.err
    assert "git works: 12 tools" in git.err

    listed = {tool["name"] for tool in running("tool", "list", "--json").json}
    assert {"time__get_current_time", "time__convert_time", "git__git_status"} <= listed
    assert len(listed) == 14
    now = running("tool", "call", "time__get_current_time", "timezone=Europe/Berlin")
    assert "Europe/Berlin" in now.out
    status = running("tool", "call", "git__git_status", f"repo_path={repository}")
    assert "Repository status" in status.out


@pytest.mark.parametrize("kind", ["stdio", "http", "sse"])
def test_every_transport_does_everything(running: Home, sdk_server: str, kind: str) -> None:
    added = running("server", "add", "e2e", *target(kind, sdk_server))
    assert "e2e works: 6 tools, 1 prompt, " in added.err

    assert running("tool", "call", "e2e__add", "a=2", "b=3").out == "5\n"
    assert running("tool", "call", "e2e__echo", "--args", "-", stdin='{"text": "a\\u001bb"}').out == "a\\u001bb\n"
    counted = running("tool", "call", "e2e__count", "to=3", "--json")
    assert counted.json["content"][0]["text"] == "counted to 3"
    assert "… 3/3 step 3" in counted.err
    declined = running("tool", "call", "e2e__ask")
    assert declined.out == "no answer: decline\n"
    assert "Which colour? (declined: no terminal" in declined.err
    failed = running("tool", "call", "e2e__fail", code=1)
    assert "this tool always fails" in failed.err

    resources = running("resource", "list", "--json").json
    assert [item["uri"] for item in resources["resources"]] == ["notes://today"]
    assert [item["uriTemplate"] for item in resources["templates"]] == ["notes://{day}"]
    assert running("resource", "read", "notes://today").out == "buy milk\n"
    assert running("resource", "read", "notes://sunday").out == "nothing on sunday\n"
    assert "e2e__greet" in running("prompt", "list").out
    assert running("prompt", "get", "e2e__greet", "name=Ada").out == "user: Please greet Ada.\n"


@pytest.mark.parametrize("kind", ["stdio", "http", "sse"])
def test_progress_does_not_go_on_for_ever(running: Home, sdk_server: str, kind: str) -> None:
    running("server", "add", "e2e", *target(kind, sdk_server))
    running("tool", "call", "e2e__add", "a=2", "b=3")  # connected: starting may take longer than the timeout below
    running("server", "edit", "e2e", "--timeout", "2", "--max-timeout", "2.5")
    shown = [" ".join(row.split()) for row in running("server", "show", "e2e").out.splitlines()]
    assert {"timeout 2 s", "max timeout 2.5 s"} <= set(shown)
    failed = running("tool", "call", "e2e__count", "to=1000000000", code=None)
    assert failed.code != 0
    assert "no answer to tools/call within 2.5 s, only progress" in failed.err
    assert running("tool", "call", "e2e__add", "a=2", "b=3").out == "5\n"


def test_a_server_behind_a_bearer_token(running: Home, sdk_server: str) -> None:
    url = f"{sdk_server}/gated/mcp"
    added = running("server", "add", "gated", url, "--auth-type", "bearer_token", stdin=TOKEN + "\n")
    assert "gated works: 6 tools" in added.err
    assert running("tool", "call", "gated__add", "a=1", "b=1").out == "2\n"
    # The token is in the secret store and nowhere else.
    for file in running.path.rglob("*"):
        if file.is_file():
            assert TOKEN.encode() not in file.read_bytes(), file
    assert running("secret", "list", "--json").json[0]["path"] == "server/gated/auth"


def test_server_list_tells_the_state(running: Home) -> None:
    running("server", "add", "small", "--", *SMALL_SERVER)
    running("tool", "list")
    row = running("server", "list", "--json").json[0]
    assert (row["name"], row["status"]["state"], row["status"]["tools"]) == ("small", "ready", 16)
    running("server", "disable", "small")
    assert running("tool", "list", "--json").json == []
    running("server", "enable", "small")
    assert len(running("tool", "list", "--json").json) == 16


def test_without_a_gateway_a_probe_starts_one_and_ends_it(home: Home) -> None:
    added = home("server", "add", "small", "--", *SMALL_SERVER, process=True)
    assert "small works: 16 tools" in added.err
    assert home("gateway", "status", code=5).err
    assert "mcptui gateway start" in home("tool", "list", code=5).err
