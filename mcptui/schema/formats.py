"""Whether a text looks like what ``format`` says: a hint while typing, never a reason not to send it."""

from __future__ import annotations

import ipaddress
import re
import uuid
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_LONGEST: Final = 2_000


def _date_time(text: str) -> bool:
    return "T" in text.upper() and datetime.fromisoformat(text).tzinfo is not None


def _uri(text: str) -> bool:
    return bool(urlsplit(text).scheme) and not any(map(str.isspace, text))


#: Format → (what it should look like, whether it does; a ValueError says no).
_FORMATS: Final[dict[str, tuple[str, Callable[[str], object]]]] = {
    "date": ("a date such as 2027-01-31", lambda text: len(text) == 10 and date.fromisoformat(text)),
    "date-time": ("a time such as 2027-01-31T12:00:00Z", _date_time),
    "time": ("a time of day such as 12:00:00Z", lambda text: bool(time.fromisoformat(text).tzinfo)),
    "email": ("an address such as name@example.org", _EMAIL.fullmatch),
    "uri": ("a URI such as https://example.org", _uri),
    "uuid": ("a UUID", lambda text: len(text) == 36 and uuid.UUID(text)),
    "ipv4": ("an IPv4 address", lambda text: bool(ipaddress.IPv4Address(text))),
    "ipv6": ("an IPv6 address", lambda text: bool(ipaddress.IPv6Address(text))),
}


def format_hint(text_format: str, text: str) -> str:
    """What ``text`` does not look like; empty where it does, or where unknown."""
    if text_format not in _FORMATS or len(text) > _LONGEST:
        return ""
    words, fits = _FORMATS[text_format]
    try:
        looks = bool(fits(text))
    except ValueError:
        looks = False
    return "" if looks else f"does not look like {words}"
