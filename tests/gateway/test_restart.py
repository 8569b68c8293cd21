"""What the gateway knows after a restart without having asked anybody."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server, State
from mcptui.protocol.errors import INVALID_PARAMS
from tests.support.gateway import key, running_gateway, state
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Connect = Callable[..., Wire]


class Silence:
    """Requests that are answered only when it is broken."""

    def __init__(self) -> None:
        self.broken = asyncio.Event()

    async def __call__(self, request: web.Request) -> None:
        await self.broken.wait()


@pytest.fixture
def described(a: ScriptedUpstream, b: ScriptedUpstream) -> State:
    return state(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        key("all", servers=("*",)),
        key("second", servers=("*",)),
        key("one", servers=("b",)),
    )


async def test_lists_are_there_at_once_and_calls_wait_for_their_server_only(
    described: State, a: ScriptedUpstream, b: ScriptedUpstream, wire: Connect, tmp_path: Path
) -> None:
    async with running_gateway(described, kept=tmp_path) as before:
        await before.read()
        names = await wire(before).names()
        about = await wire(before).result("server/discover")
    a.raw = silence = Silence()
    async with running_gateway(described, kept=tmp_path) as gateway:
        assert await wire(gateway).names() == names
        assert await wire(gateway, "one").names() == ["b__echo", "b__other"]
        assert await wire(gateway).result("server/discover") == about
        waiting = asyncio.create_task(wire(gateway).result("tools/call", {"name": "a__echo"}))
        assert (await wire(gateway).result("tools/call", {"name": "b__echo"}))["content"]
        assert not waiting.done()
        silence.broken.set()
        assert (await waiting)["content"]


async def test_what_has_changed_meanwhile_is_announced(
    described: State, a: ScriptedUpstream, wire: Connect, tmp_path: Path
) -> None:
    async with running_gateway(described, kept=tmp_path) as before:
        await before.read()
    a.raw = silence = Silence()
    del a.tools["delete"]
    async with running_gateway(described, kept=tmp_path) as gateway:
        session = await wire(gateway).shake_hands()
        async with asyncio.timeout(15), session.listen() as stream:
            silence.broken.set()
            assert (await stream.message())["method"] == "notifications/tools/list_changed"
        assert "a__delete" not in await wire(gateway).names()


async def test_a_server_that_is_down_after_the_restart_keeps_its_tools(
    described: State, a: ScriptedUpstream, wire: Connect, tmp_path: Path
) -> None:
    async with running_gateway(described, kept=tmp_path) as before:
        await before.read()

    async def down(request: web.Request) -> web.Response:
        return web.Response(status=503)

    a.raw = down
    async with running_gateway(described, kept=tmp_path) as gateway:
        assert "a__echo" in await wire(gateway).names()
        error = (await wire(gateway).ask("tools/call", {"name": "a__echo"})).json()["error"]
        assert error["message"].startswith("Server a answered with the status 503, since ")


@pytest.mark.parametrize("how", ["another server", "disabled", "garbage", "another version", "nothing"])
async def test_only_what_is_the_same_is_restored(
    described: State, a: ScriptedUpstream, tmp_path: Path, how: str
) -> None:
    async with running_gateway(described, kept=tmp_path) as before:
        await before.read()
    file = tmp_path / "catalogue.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    changed = described.servers["a"]
    if how == "another server":
        changed = replace(changed, url="http://127.0.0.1:1/mcp")
    elif how == "disabled":
        changed = replace(changed, enabled=False)
    elif how == "garbage":
        file.write_text("{", encoding="utf-8")
    elif how == "another version":
        content = json.loads(file.read_text(encoding="utf-8"))
        content["a"]["offer"]["peer"]["unknown"] = 1
        file.write_text(json.dumps(content), encoding="utf-8")
    else:
        file.unlink()
    described = replace(described, servers={"a": changed})
    a.raw = Silence()
    async with running_gateway(described, kept=tmp_path) as gateway:
        server = gateway.core.registry.get("a")
        assert server is not None
        assert server.lists.tools == ()


async def test_tasks_are_still_whose_they_were(
    described: State, a: ScriptedUpstream, wire: Connect, tmp_path: Path
) -> None:
    async def begin(incoming: Incoming) -> dict[str, Any]:
        return {"task": {"taskId": "t1"}}

    async def get(incoming: Incoming) -> dict[str, Any]:
        return {"status": "working"}

    a.tools["echo"], a.handlers["tasks/get"] = begin, get
    async with running_gateway(described, kept=tmp_path) as before:
        await before.read()
        await wire(before).result("tools/call", {"name": "a__echo"})
    async with running_gateway(described, kept=tmp_path) as gateway:
        assert (await wire(gateway).result("tasks/get", {"taskId": "t1"}))["status"] == "working"
        assert (await wire(gateway, "second").ask("tasks/get", {"taskId": "t1"})).status_code == 400


async def test_a_sealed_state_outlives_a_restart(
    described: State, a: ScriptedUpstream, wire: Connect, tmp_path: Path
) -> None:
    async def ask(incoming: Incoming) -> dict[str, Any]:
        if incoming.params.get("requestState") == "of the server":
            return text("done")
        return {"resultType": "input_required", "inputRequests": {}, "requestState": "of the server"}

    a.eras, a.tools["echo"] = ("stateless",), ask
    call = {"name": "a__echo"}
    async with running_gateway(described, kept=tmp_path) as before:
        await before.read()
        sealed = {**call, "requestState": (await wire(before).result("tools/call", call))["requestState"]}
    keys = tmp_path / "seal-keys.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    async with running_gateway(described, kept=tmp_path) as gateway:
        assert (await wire(gateway).result("tools/call", sealed))["content"] == text("done")["content"]
        other = await wire(gateway, "second").ask("tools/call", sealed)
        assert other.json()["error"]["code"] == INVALID_PARAMS
    keys.unlink()
    async with running_gateway(described, kept=tmp_path) as gateway:
        assert (await wire(gateway).ask("tools/call", sealed)).json()["error"]["code"] == INVALID_PARAMS


async def test_a_disk_that_is_full_costs_nothing(
    described: State, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_gateway(described, kept=tmp_path / "missing") as gateway:
        await gateway.read()
    assert "catalogue.json cannot be written" in caplog.text
