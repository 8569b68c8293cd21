"""Keys and what they open, seen from clients that know nothing of mcptui."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.support.home import Home, running_home, undone

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
}
TIME = ("--", sys.executable, "-m", "mcp_server_time", "--local-timezone", "UTC")


@asynccontextmanager
async def connected(home: Home, key: str, mode: str, path: str = "/mcp") -> AsyncIterator[Client]:
    """The official SDK's client, connected to the gateway."""
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=30) as http,
        Client(streamable_http_client(home.url + path, http_client=http), mode=mode) as client,
    ):
        yield client


async def tools(client: Client) -> set[str]:
    """What the client lists now."""
    return {tool.name for tool in (await client.list_tools(cache_mode="bypass")).tools}


@pytest.fixture(scope="module")
def home_of_two(tmp_path_factory: pytest.TempPathFactory, sdk_server: str) -> Iterator[Home]:
    """A running gateway with the time server and one of the SDK."""
    with running_home(tmp_path_factory.mktemp("keys") / "home") as home:
        home("server", "add", "time", "--no-test", *TIME)
        home("server", "add", "sdk", "--no-test", f"{sdk_server}/mcp")
        yield home


@pytest.fixture
def two_servers(home_of_two: Home) -> Iterator[Home]:
    """The same without keys; what a test adds is taken away again."""
    with undone(home_of_two) as home:
        yield home


@pytest.mark.parametrize("mode", ["legacy", "auto", "2026-07-28"])
async def test_a_key_of_one_server_sees_and_calls_only_that_one(two_servers: Home, mode: str) -> None:
    key = two_servers.new_key("cursor", "--server", "time")
    async with connected(two_servers, key, mode) as client:
        assert await tools(client) == {"time__get_current_time", "time__convert_time"}
        result = await client.call_tool("time__get_current_time", {"timezone": "UTC"})
        assert not result.is_error
        with pytest.raises(MCPError) as hidden:
            await client.call_tool("sdk__add", {"a": 1, "b": 2})
        with pytest.raises(MCPError) as missing:
            await client.call_tool("sdk__nothing", {"a": 1, "b": 2})
    # What one may not use looks like what does not exist.
    assert hidden.value.code == missing.value.code
    assert hidden.value.message.replace("sdk__add", "X") == missing.value.message.replace("sdk__nothing", "X")


@pytest.mark.parametrize("path", ["/mcp/sdk", "/sdk/mcp"])
async def test_one_server_under_its_own_path_has_plain_names(two_servers: Home, path: str) -> None:
    key = two_servers.new_key("cursor", "--server", "*")
    async with connected(two_servers, key, "auto", path) as client:
        assert {"add", "echo", "pid"} <= await tools(client)
        result = await client.call_tool("add", {"a": 20, "b": 22})
        assert result.content[0].text == "42"  # type: ignore[union-attr]


def ask(home: Home, key: str | None, header: str = "x-litellm-api-key", path: str = "/mcp") -> httpx2.Response:
    """One bare ``initialize``."""
    headers = {"Accept": "application/json, text/event-stream"}
    if key is not None:
        headers[header] = f"Bearer {key}"
    return httpx2.post(home.url + path, json=INITIALIZE, headers=headers, timeout=30)


def test_no_bad_expired_or_revoked_key_gets_its_401(two_servers: Home) -> None:
    home = two_servers
    good = home.new_key("good", "--server", "*")
    expired = home.new_key("expired", "--server", "*", "--expires", "2090-01-01")
    revoked = home.new_key("revoked", "--server", "*")
    home("key", "revoke", "revoked", "--yes")
    home.config.write_text(home.config.read_text(encoding="utf-8").replace("2090", "2020"), encoding="utf-8")
    home("gateway", "reload")
    assert ask(home, good).status_code == 200
    cases = {"missing": None, "unknown": "sk-mcptui-nonsense", "expired": expired, "disabled": revoked}
    for word, key in cases.items():
        answer = ask(home, key)
        assert answer.status_code == 401, word
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert word in answer.text.lower(), answer.text
        assert key is None or key not in answer.text


@pytest.mark.parametrize("header", ["x-litellm-api-key", "x-mcptui-key", "Authorization"])
def test_a_key_in_any_of_its_headers(two_servers: Home, header: str) -> None:
    key = two_servers.new_key("good", "--server", "*")
    assert ask(two_servers, key, header).status_code == 200


def test_a_rotated_key_works_and_the_old_one_only_for_its_overlap(two_servers: Home) -> None:
    home = two_servers
    old = home.new_key("good", "--server", "*")
    new = home("key", "rotate", "good", "--overlap", "1h").out.strip()
    assert [ask(home, key).status_code for key in (old, new)] == [200, 200]
    newest = home("key", "rotate", "good").out.strip()
    assert [ask(home, key).status_code for key in (old, new, newest)] == [401, 401, 200]


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_unticking_a_server_reaches_a_connected_client(two_servers: Home, mode: str) -> None:
    home = two_servers
    home("org", "create", "acme")
    home("team", "create", "data", "--org", "acme", "--server", "time", "--server", "sdk")
    home("team", "create", "ops", "--org", "acme", "--server", "sdk")
    data, ops = home.new_key("data-key", "--team", "data"), home.new_key("ops-key", "--team", "ops")
    async with connected(home, data, mode) as first, connected(home, ops, mode) as second:
        assert len(await tools(first)) == 8
        assert len(await tools(second)) == 6
        await asyncio.to_thread(home, "team", "edit", "data", "--server", "time")
        # No reload here: the gateway watches the file.
        async with asyncio.timeout(5):
            while len(await tools(first)) != 2:
                pass
        with pytest.raises(MCPError):
            await first.call_tool("sdk__add", {"a": 1, "b": 2})
        assert len(await tools(second)) == 6
        await asyncio.to_thread(home, "org", "edit", "acme", "--no-servers")
        async with asyncio.timeout(5):
            while await tools(first) or await tools(second):
                pass


async def test_the_client_program_of_litellms_page(two_servers: Home) -> None:
    key = two_servers.new_key("page", "--server", "sdk")
    text = (Path(__file__).parent / "programs" / "litellm_page_client.py.txt").read_text(encoding="utf-8")
    program = text.replace("<your-litellm-proxy-base-url>", two_servers.url).replace("YOUR_LITELLM_API_KEY", key)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    assert "Client connected: True" in out.decode()
    assert "sdk__pid" in out.decode()
    assert "Tool result: CallToolResult(" in out.decode()


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_client_that_only_starts_commands(two_servers: Home, mode: str) -> None:
    key = two_servers.new_key("desktop", "--server", "time")
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcptui", "connect"],
        cwd=Path(__file__).parents[2],
        env={"MCPTUI_HOME": str(two_servers.path), "MCPTUI_KEY": key},
    )
    async with Client(stdio_client(command), mode=mode) as client:
        assert await tools(client) == {"time__get_current_time", "time__convert_time"}
        assert not (await client.call_tool("time__get_current_time", {"timezone": "UTC"})).is_error
