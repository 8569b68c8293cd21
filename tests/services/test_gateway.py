from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mcptui.errors import McptuiError, UnreachableError
from mcptui.files import replace_file
from mcptui.model import GatewaySettings, Server
from mcptui.services.gateway import Gateway
from mcptui.state.paths import Paths
from tests.support.home import free_port
from tests.support.upstream import Incoming, ScriptedUpstream, text

# The gateway is meant to outlive whoever started it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("MCPTUI_VAULT_KEY", base64.b64encode(bytes(32)).decode())
    monkeypatch.setenv("MCPTUI_HOME", str(tmp_path / "home"))
    paths = Paths.resolve(tmp_path / "home")
    paths.ensure()
    return paths


@pytest.fixture
async def gateway(paths: Paths) -> AsyncIterator[Gateway]:
    gateway = Gateway(paths, lambda: GatewaySettings())
    yield gateway
    await gateway.stop()


async def answer(incoming: Incoming) -> dict[str, object]:
    return text("hello")


async def test_from_the_start_to_the_end(gateway: Gateway, paths: Paths) -> None:
    """One process, every method."""
    async with ScriptedUpstream(tools={"greet": answer}) as upstream:
        good = (
            f'version = 1\n[gateway]\nport = {free_port()}\n[secrets]\nbackend = "vault"\n'
            f'[servers.a]\nurl = "{upstream.url}"\n'
        )
        paths.config_file.write_text(good, encoding="utf-8")
        assert await gateway.status() is None
        lines = gateway.follow_logs()
        started = await gateway.start()
        first_line = asyncio.ensure_future(anext(lines))
        async with asyncio.timeout(30):
            listed = await gateway.listed(None)
            assert [tool["name"] for tool in listed.tools] == ["a__greet"]
            (event,) = [event async for event in gateway.call("tools/call", {"name": "a__greet"})]
            assert event.value == text("hello")
            steps = [step async for step in gateway.probe(Server(name="new", url=upstream.url))]
            assert steps[-1].step == "done"
            assert [record.name async for record in gateway.traffic()] == ["a__greet"]
            await gateway.refresh("a")
            await gateway.secret_changed("server/a/x")

            # At once: the watching gateway could read what is half written.
            replace_file(paths.config_file, good.replace("[servers.a]", "[servers.b]").encode())
            revision = await gateway.reload()
            status = await gateway.status()
            assert status is not None
            assert status.revision == revision
            assert [server.name for server in status.servers] == ["b"]
            replace_file(paths.config_file, b"version = [")
            with pytest.raises(McptuiError):
                await gateway.reload()
            status = await gateway.status()
            assert status is not None
            assert status.config_error is not None
            assert status.revision == revision, "the last good state stays in effect"
            assert await first_line
            await lines.aclose()  # type: ignore[attr-defined]
        assert any(str(started.url) in line for line in await gateway.logs())
        paths.config_file.write_text(good, encoding="utf-8")
        restarted = await gateway.restart()
        assert restarted.instance_id != started.instance_id
        await gateway.stop()
        assert await gateway.status() is None


async def test_without_a_gateway(gateway: Gateway) -> None:
    await gateway.secret_changed(None)
    assert await gateway.logs() == []
    for work in (gateway.listed(None), gateway.reload(), gateway.refresh("a"), gateway.answer("1", {})):
        with pytest.raises(UnreachableError, match="does not answer"):
            await work


async def test_why_it_did_not_start_is_said_by_what_needs_it(paths: Paths) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        paths.config_file.write_text(f'[gateway]\nport = {port}\n[secrets]\nbackend = "vault"\n', encoding="utf-8")
        gateway = Gateway(paths, lambda: GatewaySettings(port=port))
        with pytest.raises(McptuiError, match=f"port {port} is in use"):
            await gateway.start()
        with pytest.raises(UnreachableError, match=f"not running: port {port} is in use") as caught:
            await gateway.reload()
        assert "use another port" in (caught.value.hint or "")
        with pytest.raises(UnreachableError, match=f"not running: port {port} is in use"):
            await anext(gateway.probe(Server(name="new", url="https://x.example/mcp")))
    try:
        await gateway.start()
        await gateway.reload()
    finally:
        await gateway.stop()
    with pytest.raises(UnreachableError, match="does not answer"):
        await gateway.reload()


async def test_the_log_is_followed_across_its_rotation(gateway: Gateway, paths: Paths) -> None:
    log = paths.log_file
    log.write_text("before\n", encoding="utf-8")
    lines = gateway.follow_logs()
    line = asyncio.ensure_future(anext(lines))
    async with asyncio.timeout(10):
        while not line.done():
            with log.open("a", encoding="utf-8") as file:
                file.write("one\n")
            await asyncio.sleep(0.05)
        assert line.result() == "one"
        log.write_text("new file\n", encoding="utf-8")
        while await anext(lines) != "new file":
            pass
    await lines.aclose()  # type: ignore[attr-defined]
