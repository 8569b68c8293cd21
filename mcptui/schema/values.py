"""JSON values as a form sees them: a value may also be unset, and 1 is not true."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterable
from typing import Any, Final, Literal, TypeAlias, TypeGuard, TypeVar

Json: TypeAlias = Any
T = TypeVar("T")


class Unset(enum.Enum):
    """The type of :data:`UNSET`."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


#: The field is absent, which is something else than null, "" or [].
UNSET: Final = Unset.UNSET
MaybeJson: TypeAlias = Any | Literal[Unset.UNSET]


def is_integer(value: Json) -> TypeGuard[int]:
    """Whether ``value`` is a JSON integer; booleans are not, although Python says so."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Json) -> TypeGuard[int | float]:
    """Whether ``value`` is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(left: Json, right: Json) -> bool:
    """Whether two JSON values are equal, without Python's ``1 == True``; 1 and 1.0 are the same number."""
    if is_number(left) and is_number(right):
        return bool(left == right)
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[name]) for name, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def canonical(value: Json) -> str:
    """A text that two JSON values share exactly where they are :func:`same`."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))


def _plain(value: Json) -> Json:
    """``value`` with every whole number as an integer."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def distinct(things: Iterable[T], of: Callable[[T], Json] = lambda thing: thing) -> list[T]:
    """The first of all ``things`` whose values, which ``of`` finds, are :func:`same`."""
    known: dict[str, T] = {}
    for thing in things:
        known.setdefault(canonical(of(thing)), thing)
    return list(known.values())
