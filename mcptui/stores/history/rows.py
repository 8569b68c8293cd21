"""Calls as rows of the two tables: the head, which is searched, and the body, which is long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter, itemgetter
from typing import Any, Final

import orjson

from mcptui.call_filter.terms import as_text
from mcptui.model.runtime import CallRecord

#: The columns of ``bodies`` besides the id.
BODY: Final = ("params", "result", "events")
#: The columns of ``calls`` that are texts of any length.
_TEXTS: Final = ("key", "method", "server", "name", "error", "tool", "scope", "client", "denied", "front", "address")
#: The columns of ``calls``.
HEAD: Final = tuple(field.name for field in fields(CallRecord) if field.name not in BODY)

_head_values: Final = attrgetter(*HEAD)
_DENIED: Final = HEAD.index("denied")
_texts: Final = itemgetter(*(HEAD.index(name) for name in _TEXTS))
#: What a head takes beside its texts, with its places in the indices, bytes.
_HEAD_BYTES: Final = 300


def head_row(record: CallRecord) -> tuple[Any, ...]:
    """The values of :data:`HEAD`."""
    values: tuple[Any, ...] = _head_values(record)
    if record.denied is None:
        return values
    return *values[:_DENIED], as_text(record.denied), *values[_DENIED + 1 :]


def size_of(row: Sequence[Any]) -> int:
    """About how many bytes a head takes in the file."""
    return _HEAD_BYTES + sum(map(len, filter(None, _texts(row))))


def body_row(record: CallRecord) -> tuple[int, str | None, str | None, str | None] | None:
    """The body of ``record``, or None where there is none."""
    if record.params is None and record.result is None and not record.events:
        return None
    return record.id, as_text(record.params), as_text(record.result), as_text(record.events or None)


def record_of(row: Sequence[Any]) -> CallRecord:
    """The call of a head, or of a head with its body behind it."""
    values = dict(zip(HEAD, row, strict=False))
    texts = {"denied": values["denied"], **dict(zip(BODY, row[len(HEAD) :], strict=False))}
    values |= {name: orjson.loads(text) for name, text in texts.items() if text is not None}
    return CallRecord(**values)
