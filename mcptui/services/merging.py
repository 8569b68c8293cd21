"""Concurrent changes of the same thing, merged field by field."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mcptui.model import LlmModel, Server
from mcptui.state.extract_secrets import extract_secrets

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    EntityT = TypeVar("EntityT", bound=DataclassInstance)
else:
    EntityT = TypeVar("EntityT")


@dataclass(frozen=True, slots=True)
class Merged(Generic[EntityT]):
    """The outcome of a merge: ``value`` has both sides' changes, and mine in the fields of ``conflicts``."""

    value: EntityT
    conflicts: Sequence[str] = ()


def merge(base: EntityT, mine: EntityT, theirs: EntityT) -> Merged[EntityT]:
    """Put together what ``mine`` and ``theirs`` made of ``base``.

    Conflicts are the fields that both changed, and not to the same.
    """
    changes: dict[str, Any] = {}
    conflicts = []
    for field in dataclasses.fields(base):
        before, here, there = (getattr(each, field.name) for each in (base, mine, theirs))
        if here == before:
            changes[field.name] = there
        elif there not in (before, here):
            conflicts.append(field.name)
    return Merged(dataclasses.replace(mine, **changes), conflicts)


def changed_fields(before: EntityT, after: EntityT) -> list[tuple[str, str, str]]:
    """Name and both values of the fields that differ, as a person may read them; without secrets."""
    old, new = _fields(before), _fields(after)
    return [(name, _words(value), _words(new[name])) for name, value in old.items() if value != new[name]]


def _fields(entity: DataclassInstance) -> dict[str, object]:
    shown = extract_secrets(entity)[0] if isinstance(entity, (Server, LlmModel)) else entity
    return {field.name: getattr(shown, field.name) for field in dataclasses.fields(shown)}


def _words(value: object) -> str:
    if value is None:
        return "(not set)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "(none)"
    if isinstance(value, dict):
        return ", ".join(f"{name}={item}" for name, item in value.items()) or "(none)"
    return str(value) or "(empty)"
