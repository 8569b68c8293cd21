"""A filter of calls as a condition of SQL; it says the same as :meth:`mcptui.call_filter.terms.CallFilter.matches`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from mcptui.call_filter.terms import BodyTerm, CallFilter, NumberTerm, OutcomeTerm, Pattern, Term, TextTerm

#: An expression on the table ``calls``, and its parameters.
Condition: TypeAlias = tuple[str, list[object]]

_BODY: Final = ("params", "result", "events")
_SPECIAL_IN_LIKE: Final = re.compile(r"[%_\\]")


def condition(wanted: CallFilter) -> Condition:
    """What the rows of ``calls`` fulfil that ``wanted`` lets through."""
    parts = [_of(term) for term in wanted.terms]
    return " AND ".join(sql for sql, _ in parts) or "1", [value for _, values in parts for value in values]


def _of(term: Term) -> Condition:
    match term:
        case TextTerm(fields, patterns, negated):
            return _not(negated, _one_like([(field, pattern) for field in fields for pattern in patterns]))
        case OutcomeTerm(outcomes, negated):
            return _not(negated, (f"outcome IN ({', '.join('?' * len(outcomes))})", list[object](sorted(outcomes))))
        case NumberTerm(field, bound, less):
            return f"{field} {'<' if less else '>='} ?", [bound]
        case BodyTerm(pattern, negated):
            found, values = _one_like((column, pattern) for column in _BODY)
            exists = f"EXISTS (SELECT 1 FROM bodies WHERE bodies.id = calls.id AND ({found}))"  # noqa: S608  columns of ours
            return _not(negated, (exists, values))


def _one_like(pairs: Iterable[tuple[str, Pattern]]) -> Condition:
    known = list(pairs)
    # A field that is not there fits nothing.
    sql = " OR ".join(rf"coalesce({column} LIKE ? ESCAPE '\', 0)" for column, _ in known)
    return sql, [_like(pattern) for _, pattern in known]


def _like(pattern: Pattern) -> str:
    like = _SPECIAL_IN_LIKE.sub(r"\\\g<0>", pattern.text)
    if pattern.is_wild:
        return like.replace("*", "%").replace("?", "_")
    return like if pattern.kind == "exact" else f"%{like}%"


def _not(negated: bool, inner: Condition) -> Condition:
    sql, values = inner
    return f"NOT ({sql})" if negated else f"({sql})", values
