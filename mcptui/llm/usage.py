"""Token counts: both forms, and their sum over rounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject


def added(total: JsonObject, usage: object) -> JsonObject:
    """``total`` with the numbers of ``usage`` added, those of its tables too."""
    if not isinstance(usage, Mapping):
        return total
    total = dict(total)
    for name, value in usage.items():
        if isinstance(value, Mapping):
            before = total.get(name)
            total[name] = added(before if isinstance(before, dict) else {}, value)
        elif isinstance(value, int | float):
            before = total.get(name)
            total[name] = value + (before if isinstance(before, int | float) else 0)
    return total


def whole(usage: JsonObject) -> JsonObject | None:
    """The usage of a response with every member that the API has; not every provider tells all of them."""
    if not usage:
        return None
    read, written = number(usage, "input_tokens"), number(usage, "output_tokens")
    return {
        **usage,
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0} | _table(usage, "input_tokens_details"),
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0} | _table(usage, "output_tokens_details"),
        "total_tokens": number(usage, "total_tokens") or read + written,
    }


def _table(usage: Mapping[str, Any], name: str) -> JsonObject:
    table = usage.get(name)
    return {key: value for key, value in table.items() if value is not None} if isinstance(table, Mapping) else {}


def from_chat(usage: JsonObject) -> JsonObject | None:
    """The usage of a completion as a response tells it."""
    if not usage:
        return None
    prompt, completion = number(usage, "prompt_tokens"), number(usage, "completion_tokens")
    return {
        "input_tokens": prompt,
        "input_tokens_details": {
            "cached_tokens": _detail(usage, "prompt_tokens_details", "cached_tokens"),
            "cache_write_tokens": _detail(usage, "prompt_tokens_details", "cache_write_tokens"),
        },
        "output_tokens": completion,
        "output_tokens_details": {"reasoning_tokens": _detail(usage, "completion_tokens_details", "reasoning_tokens")},
        "total_tokens": number(usage, "total_tokens") or prompt + completion,
        **_cost(usage),
    }


def to_chat(usage: JsonObject | None) -> JsonObject | None:
    """The usage of a response as a completion tells it."""
    if not usage:
        return None
    return {
        "prompt_tokens": number(usage, "input_tokens"),
        "completion_tokens": number(usage, "output_tokens"),
        "total_tokens": number(usage, "total_tokens"),
        "prompt_tokens_details": {"cached_tokens": _detail(usage, "input_tokens_details", "cached_tokens")},
        "completion_tokens_details": {
            "reasoning_tokens": _detail(usage, "output_tokens_details", "reasoning_tokens"),
        },
        **_cost(usage),
    }


def number(usage: Mapping[str, Any], name: str) -> int:
    """A count of tokens; 0 where it is not said."""
    value = usage.get(name)
    return value if isinstance(value, int) else 0


def cached_tokens(usage: Mapping[str, Any]) -> int:
    """How much of the input of a response the provider had in its cache."""
    return _detail(usage, "input_tokens_details", "cached_tokens")


def _cost(usage: Mapping[str, Any]) -> JsonObject:
    """What some providers say beside the tokens: US dollars."""
    return {"cost": usage["cost"]} if isinstance(usage.get("cost"), int | float) else {}


def _detail(usage: Mapping[str, Any], table: str, name: str) -> int:
    details = usage.get(table)
    return number(details, name) if isinstance(details, Mapping) else 0
