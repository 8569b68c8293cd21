from __future__ import annotations

import pytest

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.server.breaker import THRESHOLD
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.vitals import Vitals


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def known() -> Known:
    return Known(Server(name="s", command="x"))


@pytest.fixture
def vitals(known: Known, changes: list[str]) -> Vitals:
    return Vitals(known, lambda: changes.append("changed"))


def test_failures_in_a_row_keep_requests_away_and_say_why(vitals: Vitals) -> None:
    for _ in range(THRESHOLD):
        vitals.failed(UpstreamError("it is down"), vitals.admit())
    with pytest.raises(UpstreamError, match=r"unreachable since .*: it is down"):
        vitals.admit()
    vitals.succeeded()
    vitals.admit()
    assert vitals.health.state == "ready"


def test_an_answer_makes_a_server_ready_and_nothing_more_to_do(vitals: Vitals, changes: list[str]) -> None:
    vitals.answered(12.0)
    vitals.answered(None)
    assert (vitals.latency_ms, vitals.health.state, changes) == (12.0, "ready", ["changed"])


def test_one_failure_is_forgotten_by_the_next_answer(vitals: Vitals) -> None:
    vitals.answered(1.0)
    vitals.failed(RpcError(-5, "no lists"), 0)
    assert (vitals.health.state, vitals.breaker.failures) == ("degraded", 1)
    vitals.answered(1.0)
    assert (vitals.health.state, vitals.breaker.failures) == ("ready", 0)
