"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mcptui.model.times import parse_duration, parse_moment, until_words

NOW = datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("30s", timedelta(seconds=30)),
        (" 15m ", timedelta(minutes=15)),
        ("12h", timedelta(hours=12)),
        ("30d", timedelta(days=30)),
        ("2w", timedelta(weeks=2)),
        ("1y", None),
        ("d", None),
        ("-1d", None),
        ("٣d", None),
        ("", None),
    ],
)
def test_parse_duration(text: str, length: timedelta | None) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1d", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("2027-01-31T10:00:00+02:00", datetime(2027, 1, 31, 10, tzinfo=timezone(timedelta(hours=2)))),
        ("soon", None),
        ("", None),
    ],
)
def test_parse_moment(text: str, moment: datetime | None) -> None:
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=40, hours=3), "in 40 days"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=0), "in 0 seconds"),
        (-timedelta(days=2), "2 days ago"),
    ],
)
def test_until_words(length: timedelta, words: str) -> None:
    assert until_words(NOW + length, NOW) == words
