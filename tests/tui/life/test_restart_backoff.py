from __future__ import annotations

from mcptui.tui.life.restart_backoff import ATTEMPTS, Revival


def test_it_waits_longer_each_time_and_then_gives_up() -> None:
    revival = Revival()
    assert [revival.delay() for _ in range(ATTEMPTS + 1)] == [1, 2, 4, 8, 16, None]


def test_a_gateway_that_held_out_is_started_at_once_again() -> None:
    revival = Revival(attempts=3)
    revival.seen_running(59)
    assert revival.delay() == 8
    revival.seen_running(60)
    assert revival.delay() == 1
