"""A gateway that ends with its app ends when the app is gone, by whatever way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from mcptui.gateway.control import attendance
from mcptui.gateway.control.attendance import Attendance
from mcptui.model import GatewaySettings
from tests.support.gateway import running_gateway, state


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "GRACE", 0)


class Gateway:
    """Settings, and whether it was told to end."""

    def __init__(self, *, ends: bool = True) -> None:
        self.ends = ends
        self.stopped = asyncio.Event()
        self.attendance = Attendance(lambda: self.ends, self.stopped.set)

    async def come(self) -> AsyncGenerator[bool, None]:
        """Somebody who attends."""
        stream = self.attendance.attend()
        assert await anext(stream)
        return stream


async def turns() -> None:
    """Let everything happen that is due."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_it_ends_with_the_last_who_attends() -> None:
    gateway = Gateway()
    first, second = await gateway.come(), await gateway.come()
    await first.aclose()
    await turns()
    assert not gateway.stopped.is_set()
    await second.aclose()
    await turns()
    assert gateway.stopped.is_set()


async def test_it_goes_on_where_nobody_has_come_yet_or_one_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = Gateway()
    await turns()
    assert not gateway.stopped.is_set()
    await (await gateway.come()).aclose()
    again = await gateway.come()
    await turns()
    assert not gateway.stopped.is_set()
    await again.aclose()
    await turns()
    assert gateway.stopped.is_set()


async def test_it_goes_on_where_it_is_to_survive_as_the_settings_are_at_the_end() -> None:
    gateway = Gateway(ends=True)
    stream = await gateway.come()
    gateway.ends = False
    await stream.aclose()
    await turns()
    assert not gateway.stopped.is_set()


async def test_a_gateway_that_ends_waits_for_nobody() -> None:
    gateway = Gateway()
    stream = await gateway.come()
    gateway.attendance.end()
    assert [item async for item in stream] == []
    await turns()
    assert not gateway.stopped.is_set()


@pytest.mark.parametrize(("survive", "ends"), [(False, True), (True, False), (None, False)])
async def test_the_setting_decides(tmp_path: Path, survive: bool | None, ends: bool) -> None:
    described = replace(state(), gateway=GatewaySettings(survive_app=survive))
    async with running_gateway(described, tmp_path / "s", grace=60) as gateway:
        assert gateway.control is not None
        stream = gateway.control.attend()
        assert await anext(stream)
        await stream.aclose()
        if ends:
            await asyncio.wait_for(gateway.stopped.wait(), 30)
        else:
            await gateway.control.status()
            assert not gateway.stopped.is_set()
        other = gateway.control.attend()
        assert await anext(other)
    # It ended without the grace that calls get.
    await other.aclose()
