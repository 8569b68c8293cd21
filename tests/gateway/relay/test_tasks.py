from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.relay.tasks import started_task
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import State
from mcptui.state.loaded import Loaded
from mcptui.stores.tasks import StartedTask


def exchange(server: str | None = "s") -> Exchange:
    return Exchange(
        principal=KeyPrincipal("k"),
        snapshot=Snapshot(Loaded(State(), "r")),
        era="handshake",
        version="2025-11-25",
        method="tools/call",
        params={},
        server=server,
        tool="t",
    )


@pytest.mark.parametrize("result", [{"task": {"taskId": "1"}}, {"resultType": "task", "taskId": "1"}])
def test_a_result_tells_of_a_task_in_both_eras(result: dict[str, Any]) -> None:
    assert started_task(exchange(), result) == StartedTask("key:k", "1", "s", "t")
    assert started_task(exchange(server=None), result) is None, "of no server"


@pytest.mark.parametrize("result", [{}, {"taskId": "1"}, {"task": "1"}, {"task": {"taskId": 1}}, {"task": None}])
def test_any_other_result_does_not(result: dict[str, Any]) -> None:
    assert started_task(exchange(), result) is None
