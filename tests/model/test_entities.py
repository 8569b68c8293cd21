"""When a key works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mcptui.model import Key

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("enabled", "expires", "works"),
    [
        (True, None, True),
        (True, NOW + SECOND, True),
        (True, NOW, False),
        (True, NOW - SECOND, False),
        (True, (NOW + SECOND).astimezone(timezone(timedelta(hours=9))), True),
        (True, (NOW - SECOND).astimezone(timezone(timedelta(hours=-9))), False),
        (False, None, False),
        (False, NOW + SECOND, False),
    ],
)
def test_a_key_works_while_it_is_enabled_and_has_not_expired(
    enabled: bool, expires: datetime | None, works: bool
) -> None:
    assert Key(name="k", hash="h", enabled=enabled, expires=expires).works(NOW) is works


def test_the_end_of_the_key_before_a_rotation_is_another_matter() -> None:
    assert Key(name="k", hash="h", previous_hash="g", previous_expires=NOW - SECOND).works(NOW)
