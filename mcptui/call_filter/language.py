"""The filter language of recorded calls: ``key:ci server:git* -tool:list_* outcome:failed since:1h free words``.

All terms must hold. ``field:value`` looks at one field, ``-`` before a term turns it around, commas separate
alternatives. A value is found anywhere in the field, with ``*`` and ``?`` it has to fit the whole field, in
quotes it is taken exactly. Upper and lower case are the same, for ASCII letters.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from mcptui.call_filter.terms import BodyTerm, CallFilter, NumberTerm, OutcomeTerm, Pattern, Term, TextTerm
from mcptui.errors import McptuiError
from mcptui.model.runtime import Outcome
from mcptui.model.times import parse_duration

#: Field → the fields of a call it looks at.
_TEXT_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("key",),
    "server": ("server",),
    "tool": ("name", "tool"),
    "method": ("method",),
    "client": ("client",),
    "front": ("front",),
    "error": ("error",),
}
_FREE_TEXT: Final = ("key", "server", "name", "tool", "method", "client", "error")
#: Field → field of a call and unit factors.
_NUMBER_FIELDS: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = {
    "ms": ("ms", {"": 1, "ms": 1, "s": 1000}),
    "size": ("bytes_out", {"": 1, "b": 1, "k": 1000, "kb": 1000, "m": 1e6, "mb": 1e6}),
}
_FAILED: Final[frozenset[Outcome]] = frozenset({"tool_error", "error", "denied", "unreachable"})
_OUTCOMES: Final[Mapping[str, frozenset[Outcome]]] = {
    "ok": frozenset({"ok"}),
    "tool_error": frozenset({"tool_error"}),
    "error": frozenset({"error"}),
    "denied": frozenset({"denied"}),
    "unreachable": frozenset({"unreachable"}),
    "cancelled": frozenset({"cancelled"}),
    "failed": _FAILED,
}
#: All fields, for help.
FIELDS: Final = (*_TEXT_FIELDS, "outcome", "since", "until", *_NUMBER_FIELDS, "body")

_TERM: Final = re.compile(r"""(?P<minus>-?)(?:(?P<field>[A-Za-z_]+):)?(?P<value>(?:"[^"]*"|[^\s"])*)(?P<rest>"?)""")
_NUMBER: Final = re.compile(r"([<>]?)=?([0-9]+(?:\.[0-9]+)?)([a-z]*)", re.IGNORECASE | re.ASCII)
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?", re.ASCII)
_LONGEST: Final = 200


class FilterError(McptuiError):
    """A filter of calls cannot be understood."""


def parse_filter(text: str, now: datetime) -> CallFilter:
    """Read a filter; ``now`` (with a time zone, the person's) is what ``since:`` counts from.

    Raises:
        FilterError: it cannot be understood; says which term and what would be right.
    """
    terms: list[Term] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TERM.match(text, position)
        assert match is not None
        if match["rest"]:
            raise FilterError(f"the quote at {text[match.end() - 1 :][:20]} has no end", hint="Add the second quote.")
        terms.append(_term(match["field"], match["value"], now, negated=bool(match["minus"])))
        position = match.end()
    return CallFilter(tuple(terms))


def _term(field: str | None, value: str, now: datetime, *, negated: bool) -> Term:
    if len(value) > _LONGEST:
        raise FilterError(f"a value of {len(value)} characters is too long", hint=f"At most {_LONGEST}.")
    if field is None:
        if not value:
            raise FilterError("there is nothing after the minus", hint="-server:github leaves out one server.")
        return TextTerm(_FREE_TEXT, (_pattern(value),), negated)
    field = field.lower()
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, 1)
        guess = f"Did you mean {near[0]}:? " if near else ""
        raise FilterError(f"there is no field {field}", hint=f"{guess}Fields: {', '.join(FIELDS)}.")
    if not value:
        raise FilterError(f"{field}: needs a value", hint=f"Such as {_example(field)}.")
    if field in _TEXT_FIELDS:
        return TextTerm(_TEXT_FIELDS[field], tuple(_pattern(part) for part in _split(value)), negated)
    if field == "body":
        return BodyTerm(Pattern(value.replace('"', ""), "within"), negated)
    if field == "outcome":
        return OutcomeTerm(_outcomes(value), negated)
    if field in _NUMBER_FIELDS:
        return _number(field, value, negated=negated)
    return NumberTerm("at", _moment(field, value.strip('"'), now), (field == "until") is not negated)


def _split(value: str) -> list[str]:
    parts = re.findall(r'(?:"[^"]*"|[^,])+', value)
    return parts or [value]


def _pattern(value: str) -> Pattern:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return Pattern(value[1:-1], "exact")
    return Pattern(value.replace('"', ""))


def _outcomes(value: str) -> frozenset[Outcome]:
    found: frozenset[Outcome] = frozenset()
    for name in value.lower().split(","):
        if name not in _OUTCOMES:
            near = difflib.get_close_matches(name, _OUTCOMES, 1)
            guess = f"Did you mean {near[0]}? " if near else ""
            raise FilterError(f"outcome:{name} is none", hint=f"{guess}One of {', '.join(_OUTCOMES)}.")
        found |= _OUTCOMES[name]
    return found


def _number(field: str, value: str, *, negated: bool) -> NumberTerm:
    member, units = _NUMBER_FIELDS[field]
    match = _NUMBER.fullmatch(value)
    if match is None or match[3].lower() not in units:
        raise FilterError(f"{field}:{value} is no amount", hint=f"Such as {_example(field)}.")
    return NumberTerm(member, float(match[2]) * units[match[3].lower()], (match[1] == "<") is not negated)


def _moment(field: str, value: str, now: datetime) -> float:
    if (length := parse_duration(value)) is not None:
        return (now - length).timestamp()
    if (match := _CLOCK.fullmatch(value)) is not None:
        moment = now.replace(hour=int(match[1]), minute=int(match[2]), second=int(match[3] or 0), microsecond=0)
        # The last time that it was this late.
        return (moment if moment <= now else moment - timedelta(days=1)).timestamp()
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)).timestamp()
    except (ValueError, OverflowError):
        raise FilterError(
            f"{field}:{value} is no time", hint="Such as 10m, 2h, 3d, 14:30, 2026-01-31 or 2026-01-31T14:30."
        ) from None


def _example(field: str) -> str:
    examples = {
        "outcome": "outcome:failed",
        "since": "since:10m",
        "until": "until:14:30",
        "ms": "ms:>500",
        "size": "size:>10k",
        "tool": "tool:read_*",
        "method": "method:tools/call",
    }
    return examples.get(field, f"{field}:name")
