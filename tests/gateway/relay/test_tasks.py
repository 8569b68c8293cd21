from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.relay.tasks import started_task
from mcptui.stores.tasks import StartedTask
from tests.support.exchanges import exchange


@pytest.mark.parametrize("result", [{"task": {"taskId": "1"}}, {"resultType": "task", "taskId": "1"}])
def test_a_result_tells_of_a_task_in_both_eras(result: dict[str, Any]) -> None:
    assert started_task(exchange(server="s", tool="t"), result) == StartedTask("key:k", "1", "s", "t")
    assert started_task(exchange(tool="t"), result) is None, "of no server"


@pytest.mark.parametrize("result", [{}, {"taskId": "1"}, {"task": "1"}, {"task": {"taskId": 1}}, {"task": None}])
def test_any_other_result_does_not(result: dict[str, Any]) -> None:
    assert started_task(exchange(server="s", tool="t"), result) is None
