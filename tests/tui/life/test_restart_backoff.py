from __future__ import annotations

from mcptui.tui.life.restart_backoff import ATTEMPTS, RestartBackoff


def test_it_waits_longer_each_time_and_then_gives_up() -> None:
    backoff = RestartBackoff()
    assert [backoff.delay() for _ in range(ATTEMPTS + 1)] == [1, 2, 4, 8, 16, None]


def test_a_gateway_that_held_out_is_started_at_once_again() -> None:
    backoff = RestartBackoff(attempts=3)
    backoff.seen_running(59)
    assert backoff.delay() == 8
    backoff.seen_running(60)
    assert backoff.delay() == 1
