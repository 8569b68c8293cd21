"""The state as plain TOML values; the inverse of the reader."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mcptui.model.setting import has_effect, settings_of, value_of

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.state.statements import KeyPath


def encode(state: State, *, defaults: bool = False) -> dict[str, Any]:
    """The tables of the file; ``defaults`` also writes what would be read without being written."""
    tables: dict[str, Any] = {}
    for field in dataclasses.fields(state):
        section = getattr(state, field.name)
        if isinstance(section, Mapping):
            table = {name: _table(entity, defaults) for name, entity in section.items()}
        else:
            table = _table(section, defaults)
        if table or defaults:
            tables[field.name] = table
    return tables


def _table(entity: Any, defaults: bool) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for name, setting in settings_of(type(entity)).items():
        value = value_of(entity, setting)
        # TOML has no null: absent means None. What another kind of auth has would be a line that says nothing.
        if value is not None and has_effect(entity, setting) and (defaults or value != setting.default):
            table[name] = _plain(value)
    return table


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value


def default_paths(entity: object, table: KeyPath, names: Collection[str]) -> list[KeyPath]:
    """Where the file would say those of the settings ``names`` of ``entity`` that have their default.

    Args:
        table: the path of the table of ``entity``.
    """
    settings = settings_of(type(entity)).items()
    return [(*table, name) for name, each in settings if name in names and value_of(entity, each) == each.default]
