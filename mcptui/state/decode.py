"""Turns values of the TOML file into values of the model, one small converter a kind of value."""

from __future__ import annotations

import difflib
import functools
import ipaddress
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from mcptui.model.setting import Kind, Setting, settings_of
from mcptui.protocol.text import one_line
from mcptui.secrets.references import references

Convert: TypeAlias = Callable[[object], Any]
Fields: TypeAlias = Mapping[str, Convert]

KEY_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")


class BadValueError(ValueError):
    """A value that its field cannot have; the reader adds the place."""

    def __init__(self, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def nearest(value: str, choices: Iterable[str]) -> str | None:
    """The choice that was probably meant."""
    by_folded = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(value.lower(), by_folded, n=1, cutoff=0.5)
    return by_folded[close[0]] if close else None


def did_you_mean(value: str, choices: Iterable[str]) -> str | None:
    """A hint that names the nearest choice, or None."""
    close = nearest(value, choices)
    return None if close is None else f'Did you mean "{close}"?'


def shown(value: object) -> str:
    """A short string of the file as a message may show it; only for fields that hold no secret."""
    return f'"{one_line(str(value), limit=60)}"'


def kind_of(value: object) -> str:
    """What a value of the wrong type is, without showing it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an array"
    return "a date" if isinstance(value, date) else "a number" if isinstance(value, int | float) else "a time"


def text(value: object) -> str:
    """Any string."""
    if not isinstance(value, str):
        hint = "Write it in quotes." if isinstance(value, int | float) else None
        raise BadValueError(f"must be a string, not {kind_of(value)}", hint)
    return value


def filled(value: object) -> str:
    """A string that is not empty."""
    if not text(value).strip():
        raise BadValueError("must not be empty")
    return text(value)


def url(value: object) -> str:
    """An http or https URL; one that starts with a reference is checked when it is resolved."""
    found = filled(value)
    if found.startswith("${"):
        return found
    if re.search(r"\s", found):
        raise BadValueError("must not contain white space")
    if not re.match(r"https?://[^/]", found, re.IGNORECASE):
        raise BadValueError("is not a URL", "It must start with http:// or https://")
    return found


def texts(value: object) -> tuple[str, ...]:
    """An array of strings."""
    if not isinstance(value, list):
        hint = 'Write it in brackets: ["…"]' if isinstance(value, str) else None
        raise BadValueError(f"must be an array of strings, not {kind_of(value)}", hint)
    for item in value:
        if not isinstance(item, str):
            raise BadValueError(f"must hold only strings, not {kind_of(item)}")
    return tuple(value)


def networks(value: object) -> tuple[str, ...]:
    """An array of IP networks in CIDR form, or single addresses."""
    for item in texts(value):
        try:
            ipaddress.ip_network(item, strict=False)
        except ValueError:
            raise BadValueError(f"{shown(item)} is not an IP network", "Examples: 10.0.0.0/8 and ::1") from None
    return texts(value)


def text_map(value: object) -> dict[str, str]:
    """A table of strings."""
    if not isinstance(value, dict):
        raise BadValueError(f"must be a table of strings, not {kind_of(value)}", 'Example: { NAME = "value" }')
    for name, item in value.items():
        if not isinstance(item, str):
            raise BadValueError(f"{one_line(name, limit=60)} must be a string, not {kind_of(item)}")
    return dict(value)


def tool_rules(value: object) -> dict[str, tuple[str, ...]]:
    """A table of server name → globs."""
    if not isinstance(value, dict):
        raise BadValueError(
            f"must be a table of server and globs, not {kind_of(value)}", 'Example: { github = ["read_*"] }'
        )
    return {name: texts(globs) for name, globs in value.items()}


def flag(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        hint = "Write it without quotes." if value in {"true", "false"} else None
        raise BadValueError(f"must be true or false, not {kind_of(value)}", hint)
    return value


def whole(minimum: int, maximum: int | None = None) -> Convert:
    """An integer in a range."""
    wanted = whole_number(minimum, maximum)

    def convert(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadValueError(f"must be {wanted}, not {kind_of(value)}")
        if value < minimum or (maximum is not None and value > maximum):
            raise BadValueError(f"must be {wanted}, not {value}")
        return value

    return convert


def whole_number(minimum: int, maximum: int | None) -> str:
    """How messages call an integer in a range."""
    return f"a whole number {f'from {minimum} to {maximum}' if maximum is not None else f'of at least {minimum}'}"


def seconds(value: object) -> float:
    """A duration above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValueError(f"must be a number of seconds, not {kind_of(value)}")
    if not math.isfinite(value) or value <= 0:
        raise BadValueError(f"must be more than 0 seconds, not {value:g}")
    return float(value)


def price(value: object) -> float:
    """US dollars per 1M tokens; nothing is a price too."""
    example = "Example: 2.5 (US dollars per 1M tokens)"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValueError(f"must be a number of US dollars, not {kind_of(value)}", example)
    if not math.isfinite(value) or value < 0:
        raise BadValueError(f"must be 0 or more US dollars, not {value:g}", example)
    return float(value)


def moment(value: object) -> datetime:
    """A date and time with its offset, as UTC."""
    example = "Example: 2027-01-01T00:00:00Z (without quotes)"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadValueError(f"{value} needs a time zone", example)
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise BadValueError(f"{value} is no moment that there is", example) from None
    if isinstance(value, date):
        raise BadValueError(f"{value} needs a time and a time zone", example)
    raise BadValueError(f"must be a date and time, not {kind_of(value)}", example)


def choice(options: Sequence[str], earlier: Mapping[str, str] = MappingProxyType({})) -> Convert:
    """One of some strings, or one that an earlier version wrote for it."""

    def convert(value: object) -> str:
        found = text(value)
        found = earlier.get(found, found)
        if found not in options:
            listed = ", ".join(options)
            hint = did_you_mean(found, options)
            raise BadValueError(f"{shown(found)} is not one of {listed}", hint)
        return found

    return convert


def matching(convert: Convert, pattern: re.Pattern[str], wanted: str) -> Convert:
    """What ``convert`` takes, where a pattern matches the whole of it: a string, every one of a list, or every name."""

    def checked(value: object) -> Any:
        found = convert(value)
        for part in (found,) if isinstance(found, str) else found:
            if not pattern.fullmatch(part):
                raise BadValueError(f"{shown(part)} is not {wanted}")
        return found

    return checked


def key_hash(value: object) -> str:
    """``sha256:`` and 64 hexadecimal digits. A wrong one is never shown: it may be the key itself."""
    if not KEY_HASH.fullmatch(text(value)):
        raise BadValueError(
            "must be sha256: and 64 hexadecimal digits",
            "Make keys with `mcptui key create`; only the hash of a key belongs here.",
        )
    return text(value)


def reference(value: object) -> str:
    """One reference and nothing else. What stands there instead is never shown: it may be the secret itself."""
    found = filled(value)
    if [str(each) for each in references(found)] != [found]:
        raise BadValueError(
            "must be a reference: ${secret:…}, ${env:…} or ${file:…}",
            "Keep it with `mcptui secret set PATH`, and write ${secret:PATH} here.",
        )
    return found


_BY_KIND: Final[Mapping[Kind, Convert]] = {
    "text": text,
    "filled": filled,
    "url": url,
    "reference": reference,
    "key_hash": key_hash,
    "flag": flag,
    "seconds": seconds,
    "price": price,
    "moment": moment,
    "texts": texts,
    "names": texts,
    "globs": texts,
    "networks": networks,
    "text_map": text_map,
    "tool_rules": tool_rules,
}


def converter(setting: Setting) -> Convert:
    """What turns a value of the file into one of ``setting``; raises :class:`BadValueError` where it cannot be one."""
    about = setting.about
    if setting.kind == "choice":
        return choice(setting.choices, about.earlier)
    if setting.kind == "whole":
        return whole(about.minimum, about.maximum)
    convert = _BY_KIND[setting.kind]
    return convert if about.pattern is None else matching(convert, about.pattern, about.wanted)


def _fields_of(cls: type) -> Fields:
    return {name: converter(setting) for name, setting in settings_of(cls).items()}


#: A converter for every setting of a class.
fields_of: Final[Callable[[type], Fields]] = functools.cache(_fields_of)
