"""The next moment at which access ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mcptui.gateway.lifetime.expiry import next_expiry
from tests.support.gateway import key, state

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_first_key_or_overlap_that_ends_counts() -> None:
    keys = [key("a", expires=NOW + 3 * HOUR), key("b", expires=NOW - HOUR), key("c", previous_expires=NOW + HOUR)]
    assert next_expiry(state(*keys), NOW) == NOW + HOUR
    assert next_expiry(state(*keys), NOW + HOUR) == NOW + 3 * HOUR


def test_without_an_end_ahead_there_is_none() -> None:
    assert next_expiry(state(key("a"), key("b", expires=NOW)), NOW) is None
