"""Servers and clients from the npm registry (``make peers``)."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.support.home import Home, free_port

pytestmark = pytest.mark.npm

MODULES = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
NODE = str(MODULES / "node/bin/node")
EVERYTHING = (NODE, str(MODULES / "@modelcontextprotocol/server-everything/dist/index.js"), "stdio")
FILES = (NODE, str(MODULES / "@modelcontextprotocol/server-filesystem/dist/index.js"))
PROXY = str(MODULES / "mcp-proxy/dist/bin/mcp-proxy.mjs")
REMOTE = str(MODULES / "mcp-remote/dist/proxy.js")
INSPECTOR = str(MODULES / "@modelcontextprotocol/inspector/clients/launcher/build/index.js")
TIME = ("--", sys.executable, "-m", "mcp_server_time", "--local-timezone", "UTC")


@pytest.fixture
def wrapped(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Starts server-everything behind mcp-proxy as ``stream`` or ``sse``, and gives back its URL."""
    started: list[subprocess.Popen[bytes]] = []

    def start(kind: str) -> str:
        port = free_port()
        command = [NODE, PROXY, "--host", "127.0.0.1", "--port", str(port), "--server", kind, "--", *EVERYTHING]
        with (tmp_path / "proxy.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        started.append(process)
        while not answers(f"http://127.0.0.1:{port}/ping"):
            assert process.poll() is None, (tmp_path / "proxy.log").read_text(encoding="utf-8")
        return f"http://127.0.0.1:{port}/{'sse' if kind == 'sse' else 'mcp'}"

    try:
        yield start
    finally:
        for process in started:
            process.terminate()
            process.wait(timeout=10)


def answers(url: str) -> bool:
    """Whether there is a web server."""
    try:
        with urlopen(url, timeout=5):
            return True
    except URLError:
        return False


def inspector(home: Home, key: str, *words: str, era: str) -> dict[str, object]:
    """One request of the MCP Inspector's command line."""
    command = [NODE, INSPECTOR, "--cli", f"{home.url}/mcp", "--transport", "http"]
    command += ["--header", f"Authorization: Bearer {key}", "--protocol-era", era, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("kind", ["stdio", "stream", "sse"])
def test_server_everything(running: Home, wrapped: Callable[[str], str], kind: str) -> None:
    target = ["--", *EVERYTHING] if kind == "stdio" else [wrapped(kind)]
    assert "all works: 13 tools, 4 prompts, 7 resources" in running("server", "add", "all", *target).err
    names = {tool["name"] for tool in running("tool", "list", "--json").json}
    assert len(names) == 13
    assert running("tool", "call", "all__echo", "message=hello").out == "Echo: hello\n"
    assert "is 5" in running("tool", "call", "all__get-sum", "a=2", "b=3").out
    long = running("tool", "call", "all__trigger-long-running-operation", "duration=1", "steps=2")
    assert "completed" in long.out
    assert "… 1/2" in long.err  # the proxy sometimes swallows the last one
    assert "[image image/png" in running("tool", "call", "all__get-tiny-image").out
    assert running("resource", "read", "demo://resource/dynamic/text/1").out
    assert "user:" in running("prompt", "get", "all__simple-prompt").out


def test_server_filesystem(running: Home, tmp_path: Path) -> None:
    (tmp_path / "hello.txt").write_text("hello from a file\n", encoding="utf-8")
    assert "files works: 14 tools" in running("server", "add", "files", "--", *FILES, str(tmp_path)).err
    assert "hello from a file" in running("tool", "call", "files__read_text_file", f"path={tmp_path}/hello.txt").out


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector(running: Home, era: str) -> None:
    running("server", "add", "all", "--no-test", "--", *EVERYTHING)
    running("server", "add", "time", "--no-test", *TIME)
    key = running.new_key("inspector", "--server", "time")
    listed = inspector(running, key, "--method", "tools/list", era=era)
    assert isinstance(listed["tools"], list)
    assert [tool["name"] for tool in listed["tools"]] == ["time__get_current_time", "time__convert_time"]
    call = ("--method", "tools/call", "--tool-name", "time__get_current_time", "--tool-arg", "timezone=UTC")
    assert "UTC" in json.dumps(inspector(running, key, *call, era=era))


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_the_inspector_sees_changes_of_access(running: Home, era: str) -> None:
    running("server", "add", "time", "--no-test", *TIME)
    running("server", "add", "clock", "--no-test", *TIME)
    key = running.new_key("inspector", "--server", "time")

    def listed(*words: str, credential: str = key) -> set[str]:
        """What the inspector lists after a change."""
        running(*words)
        tools = inspector(running, credential, "--method", "tools/list", era=era)["tools"]
        assert isinstance(tools, list)
        return {tool["name"].partition("__")[0] for tool in tools}

    assert listed("access", "grant", "inspector", "--server", "clock") == {"time", "clock"}
    assert listed("access", "revoke", "inspector", "--server", "time") == {"clock"}
    assert listed("server", "edit", "clock", "--name", "watch") == {"watch"}
    rotated = running("key", "rotate", "inspector").out.strip()
    assert listed("key", "edit", "inspector", "--name", "renamed", credential=rotated) == {"watch"}
    running("key", "revoke", "renamed", "--yes")
    for value in (key, rotated):
        with pytest.raises(AssertionError):
            inspector(running, value, "--method", "tools/list", era=era)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_mcp_remote(running: Home, mode: str) -> None:
    await asyncio.to_thread(running, "server", "add", "time", "--no-test", *TIME)
    key = await asyncio.to_thread(running.new_key, "desktop", "--server", "time")
    remote = StdioServerParameters(
        command=NODE,
        args=[
            REMOTE,
            f"{running.url}/mcp",
            "--header",
            "Authorization:${AUTH}",
            "--transport",
            "http-only",
            "--allow-http",
        ],
        env={"AUTH": f"Bearer {key}", "HOME": str(running.path)},
    )
    async with Client(stdio_client(remote), mode=mode) as client:
        listed = await client.list_tools()
        assert [tool.name for tool in listed.tools] == ["time__get_current_time", "time__convert_time"]
        result = await client.call_tool("time__get_current_time", {"timezone": "UTC"})
        assert not result.is_error
