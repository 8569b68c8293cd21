from __future__ import annotations

from dataclasses import replace

from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.life.poll_pace import PollPace
from tests.support.scenes import data

RUNNING = GatewayView("running", data.STATUS)


def looks(pace: PollPace, seconds: int, view: GatewayView = RUNNING) -> int:
    return sum(pace.is_due(view) for _ in range(seconds))


def test_looks_become_rare_when_nothing_happens() -> None:
    pace = PollPace()
    assert looks(pace, 30) == 30
    assert looks(pace, 60) == 6


def test_a_key_brings_them_back() -> None:
    pace = PollPace()
    looks(pace, 100)
    pace.wake()
    assert looks(pace, 10) == 10


def test_a_server_in_another_state_brings_them_back() -> None:
    pace = PollPace()
    looks(pace, 100)
    first, *rest = data.STATUS.servers
    changed = replace(data.STATUS, servers=(replace(first, state="unreachable"), *rest))
    assert looks(pace, 10, GatewayView("running", changed)) == 10


def test_a_gateway_that_does_not_run_is_looked_at_each_second() -> None:
    pace = PollPace()
    looks(pace, 100)
    assert looks(pace, 100, GatewayView("silent")) == 100
