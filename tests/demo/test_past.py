from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mcptui.demo.past import CALLS, demo_calls, write_past
from mcptui.stores.history.log import History

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000.0


def test_calls_are_in_order_before_now_and_the_same_every_time() -> None:
    calls = list(demo_calls(NOW))
    assert len(calls) == CALLS
    assert calls == sorted(calls, key=lambda call: call.at)
    assert NOW - 6.1 * 3600 < calls[0].at < calls[-1].at < NOW
    assert {call.outcome for call in calls} == {"ok", "tool_error", "unreachable"}
    assert calls == list(demo_calls(NOW))


def test_a_gateway_finds_them(tmp_path: Path) -> None:
    file = tmp_path / "state" / "history.db"
    write_past(file)

    async def newest() -> int:
        history = History(file)
        number = await history.newest()
        await history.close()
        return number

    assert asyncio.run(newest()) == CALLS
