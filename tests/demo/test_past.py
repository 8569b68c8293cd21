from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from mcptui.access import decide
from mcptui.demo.past import CALLS, demo_calls, write_past
from mcptui.demo.setup import fill
from mcptui.services.workspace import Workspace
from mcptui.stores.history.log import History

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.model import State

NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    fill(workspace, port=4000, model_url="http://127.0.0.1:1/v1")
    return workspace.load().state


def test_calls_are_in_order_before_now_and_the_same_every_time(state: State) -> None:
    calls = list(demo_calls(NOW, state))
    assert len(calls) == CALLS
    assert calls == sorted(calls, key=lambda call: call.at)
    assert NOW - 6.1 * 3600 < calls[0].at < calls[-1].at < NOW
    assert {call.outcome for call in calls} == {"ok", "tool_error", "unreachable"}
    assert calls == list(demo_calls(NOW, state))


def test_every_call_was_allowed(state: State) -> None:
    for call in demo_calls(NOW, state):
        assert call.server
        assert call.tool
        assert decide(state, call.key).allows_tool(call.server, call.tool), (call.key, call.name)


def test_a_gateway_finds_them(tmp_path: Path, state: State) -> None:
    file = tmp_path / "state" / "history.db"
    write_past(file, state)

    async def newest() -> int:
        history = History(file)
        number = await history.newest()
        await history.close()
        return number

    assert asyncio.run(newest()) == CALLS
