"""Times and amounts as people read them."""

from __future__ import annotations

from datetime import datetime

_UNITS = ("B", "kB", "MB", "GB")


def duration(seconds: float) -> str:
    """``8040`` → "2 h 14 m"; the two largest units."""
    total = max(int(seconds), 0)
    days, rest = divmod(total, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    parts = [f"{value} {unit}" for value, unit in ((days, "d"), (hours, "h"), (minutes, "m"), (secs, "s")) if value]
    return " ".join(parts[:2]) or "0 s"


def ago(seconds: float) -> str:
    """``8040`` → "2 h ago"; the largest unit."""
    value, unit, *_ = duration(seconds).split()
    return f"{value} {unit} ago" if seconds >= 60 else "just now"


def time_of_day(seconds: float) -> str:
    """Seconds since the epoch as local time of day."""
    return f"{datetime.fromtimestamp(seconds).astimezone():%H:%M:%S}"


def size(count: int) -> str:
    """``18204`` → "18.2 kB"."""
    value = float(count)
    for unit in _UNITS[:-1]:
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} {_UNITS[-1]}"
