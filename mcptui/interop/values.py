"""Loosely typed values of other programs' files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcptui.model.setting import settings_of
from mcptui.state.decode import BadValueError, converter


def first(entry: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    """The text under the first of ``keys`` that has one; an empty text is what programs write for none."""
    return next((entry[key] for key in keys if isinstance(entry.get(key), str) and entry[key]), None)


def unusable(cls: type, values: Mapping[str, Any]) -> dict[str, str]:
    """Which of ``values``, the settings of a ``cls``, the state file cannot hold, and why."""
    settings = settings_of(cls)
    reasons: dict[str, str] = {}
    for name, value in values.items():
        if name in settings and value is not None:
            try:
                converter(settings[name])(list(value) if isinstance(value, tuple) else value)
            except BadValueError as error:
                reasons[name] = error.reason
    return reasons


def flag(entry: Mapping[str, Any], key: str) -> bool | None:
    """True, false, or None where nothing is said; texts count too."""
    value = entry.get(key)
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


def strings(value: object) -> list[str]:
    """The scalars of a list as texts."""
    return [scalar(item) for item in value if is_scalar(item)] if isinstance(value, list) else []


def pairs(value: object) -> dict[str, str]:
    """The scalars of an object as texts."""
    if not isinstance(value, Mapping):
        return {}
    return {str(key): scalar(item) for key, item in value.items() if is_scalar(item)}


def is_scalar(value: object) -> bool:
    """Whether ``value`` is a text, number or truth value."""
    return isinstance(value, str | int | float | bool)


def scalar(value: object) -> str:
    """``value`` as a client hands it to a program."""
    return str(value).lower() if isinstance(value, bool) else str(value)
