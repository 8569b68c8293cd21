from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from mcptui.daemon import composition
from mcptui.daemon.live_state import LiveState
from mcptui.gateway.fronts.mcp.sessions import owned_name
from mcptui.model import SecretSettings, Server
from mcptui.model.runtime import CallRecord
from mcptui.secrets.memory import MemoryStore
from mcptui.stores.bundle import Stores
from tests.support.gateway import key, running_gateway, state
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire


async def test_a_reload_reads_the_source(tmp_path: Path) -> None:
    async with running_gateway(state(), tmp_path / "s") as gateway:
        assert gateway.control is not None
        loaded = gateway.source.put(state(key("new")))
        assert await gateway.control.reload() == loaded.revision
        assert "new" in gateway.core.snapshot.state.keys


async def test_a_stop_waits_for_nobody_who_watches(tmp_path: Path) -> None:
    async with asyncio.timeout(10):
        async with running_gateway(state(key("k")), tmp_path / "s", grace=60) as gateway:
            assert gateway.control is not None
            watching = gateway.control.traffic(follow=True)
            assert [event.type async for event in gateway.control.call("tools/list", key="k")] == ["result"]
            assert (await anext(watching)).method == "tools/list"
            following = asyncio.ensure_future(anext(watching, None))
        assert await following is None


async def test_what_fails_in_the_background_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(LiveState, "follow", broken)
    async with running_gateway(state()):
        pass
    assert "unexpected error in the task 'watch state'" in caplog.text


@pytest.mark.parametrize("work", ["_sweep", "_renew", "_look_at_secrets"])
async def test_what_is_done_again_and_again_outlives_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, work: str
) -> None:
    times = 0
    thrice = asyncio.Event()

    async def broken(_: composition.Gateway) -> None:
        nonlocal times
        times += 1
        if times == 3:
            thrice.set()
        raise OSError("the disk is full")

    for pause in ("_SWEEP_EVERY", "RENEW_EVERY"):
        monkeypatch.setattr(composition, pause, 0.0)
    monkeypatch.setattr(composition.Gateway, work, broken)
    async with running_gateway(state()), asyncio.timeout(20):
        await thrice.wait()
    assert "the disk is full" in caplog.text


async def test_a_restart_gives_nobody_a_new_minute() -> None:
    sent = CallRecord(id=1, at=time.time() - 5, key="k", method="tools/list", outcome="ok", ms=1.0, front="x")
    initial = state(key("k", rpm=1), key("free"))
    async with running_gateway(initial, earlier=[sent]) as gateway, httpx2.AsyncClient() as http:
        wire = Wire(http, f"{gateway.url}/mcp", {"authorization": "Bearer sk-k"}, {})
        assert (await wire.ask("tools/list")).status_code == 429


async def test_another_place_for_secrets_is_used_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[SecretSettings] = []
    monkeypatch.setattr(MemoryStore, "use", lambda _, settings: used.append(settings))
    async with ScriptedUpstream() as upstream:
        server = Server(name="a", url=upstream.url, headers={"x-token": "${secret:token}"})
        initial = state(server)
        async with running_gateway(initial) as gateway:
            gateway.secrets.set("token", "before")
            await gateway.core.registry.reopen("a")
            await gateway.read()
            assert upstream.seen[-1].headers["x-token"] == "before"
            gateway.secrets.set("token", "after")
            vault = SecretSettings(backend="vault")
            gateway.put(replace(initial, secrets=vault))
            async with asyncio.timeout(20):
                await upstream.until(lambda: upstream.seen[-1].headers.get("x-token") == "after")
    assert used == [vault]


async def test_what_is_held_is_renewed_under_one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed: list[str] = []
    twice = asyncio.Event()

    async def renew(_: Stores, replica: str) -> None:
        renewed.append(replica)
        if len(renewed) == 2:
            twice.set()

    monkeypatch.setattr(Stores, "renew", renew)
    monkeypatch.setattr(composition, "RENEW_EVERY", 0.0)
    async with running_gateway(state(key("k"))) as gateway, httpx2.AsyncClient() as http, asyncio.timeout(20):
        await twice.wait()
        session = await Wire(http, f"{gateway.url}/mcp", {"authorization": "Bearer sk-k"}, {}).shake_hands()
        owner = await gateway.core.stores.owners.owner(owned_name(session.id))
    assert set(renewed) == {owner}
