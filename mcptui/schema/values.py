"""JSON values as a form sees them: a value may also be unset, and 1 is not true."""

from __future__ import annotations

import enum
from typing import Any, Final, Literal, TypeAlias, TypeGuard

Json: TypeAlias = Any


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
