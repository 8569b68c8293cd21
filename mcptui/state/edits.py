"""What differs between two trees of plain values, path by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mcptui.state.statements import KeyPath


class Absent(Enum):
    """The value of a path that is not there."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Edit:
    """One path with what it holds before and after; :data:`ABSENT` for nothing."""

    path: KeyPath
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any], path: KeyPath = ()) -> Iterator[Edit]:
    """The smallest edits that turn ``old`` into ``new``; only tables are looked into."""
    for key in [*old, *(key for key in new if key not in old)]:
        before, after = old.get(key, ABSENT), new.get(key, ABSENT)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from differences(before, after, (*path, key))
        elif before != after:
            yield Edit((*path, key), before, after)


def value_at(tree: Mapping[str, Any], path: KeyPath) -> Any:
    """What ``tree`` holds at ``path``, or :data:`ABSENT`."""
    value: Any = tree
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return ABSENT
        value = value[key]
    return value


def apply(tree: dict[str, Any], edit: Edit) -> None:
    """Make ``edit`` in ``tree``."""
    table = tree
    for key in edit.path[:-1]:
        table = table.setdefault(key, {})
    if edit.new is ABSENT:
        table.pop(edit.path[-1], None)
    else:
        table[edit.path[-1]] = edit.new


def without_empty(tree: Mapping[str, Any]) -> dict[str, Any]:
    """``tree`` without empty tables: removing the last entry of a table may or may not leave one."""
    kept = {key: without_empty(value) if isinstance(value, Mapping) else value for key, value in tree.items()}
    return {key: value for key, value in kept.items() if value != {}}
