"""Lengths of time and moments as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(text: str) -> timedelta | None:
    """``12h`` as a length of time; None for anything else."""
    match = re.fullmatch(r"([0-9]{1,6})([smhdw])", text.strip())
    return timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else None


def parse_moment(text: str, now: datetime) -> datetime | None:
    """``30d`` from ``now``, or a date such as 2027-01-31, in UTC; None for anything else."""
    try:
        if (length := parse_duration(text)) is not None:
            return now.replace(microsecond=0) + length
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def until_words(moment: datetime, now: datetime) -> str:
    """How far away ``moment`` is, e.g. "in 40 days", "in 3 hours", "2 days ago"."""
    seconds = round((moment - now).total_seconds())
    size, word = next(
        ((size, word) for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")) if abs(seconds) >= size),
        (1, "second"),
    )
    count = abs(seconds) // size
    text = f"{count} {word}" if count == 1 else f"{count} {word}s"
    return f"in {text}" if seconds >= 0 else f"{text} ago"
