"""Rules for JSON values that mend instead of refusing; a value that keeps them is returned as it is, not as a copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

#: In place of a value that is to be left out.
GONE: Final = object()

#: (value, its place in words, where remarks are added) → the value, a mended one, or :data:`GONE`.
Rule: TypeAlias = Callable[[Any, str, list[str]], Any]


def text(value: Any, at: str, remarks: list[str]) -> Any:
    """A string."""
    return value if isinstance(value, str) else left_out(value, at, "a text", remarks)


def flag(value: Any, at: str, remarks: list[str]) -> Any:
    """True or false."""
    return value if isinstance(value, bool) else left_out(value, at, "true or false", remarks)


def mapping(value: Any, at: str, remarks: list[str]) -> Any:
    """An object with any members."""
    return value if isinstance(value, dict) else left_out(value, at, "an object", remarks)


def when(condition: Callable[[Any], bool], wanted: str) -> Rule:
    """A value that fulfils ``condition``, which ``wanted`` says in words."""

    def rule(value: Any, at: str, remarks: list[str]) -> Any:
        return value if condition(value) else left_out(value, at, wanted, remarks)

    return rule


def one_of(*choices: str) -> Rule:
    """One of some strings."""
    return when(lambda value: isinstance(value, str) and value in choices, f"one of {', '.join(choices)}")


def list_of(entry: Rule) -> Rule:
    """A list, of which entries that do not keep their rule are left out."""

    def rule(value: Any, at: str, remarks: list[str]) -> Any:
        if not isinstance(value, list):
            return left_out(value, at, "a list", remarks)
        kept = [entry(each, f"{at}[{index}]", remarks) for index, each in enumerate(value)]
        if all(new is old for new, old in zip(kept, value, strict=True)):
            return value
        return [each for each in kept if each is not GONE]

    return rule


def object_of(members: Mapping[str, Rule], *, needed: str | None = None) -> Rule:
    """An object whose ``members`` keep their rules; others are anybody's, and stay.

    Args:
        members: rules by name.
        needed: the member without which the object is left out.
    """

    def rule(value: Any, at: str, remarks: list[str]) -> Any:
        if not isinstance(value, dict):
            return left_out(value, at, "an object", remarks)
        mended = value
        for name in members:
            if name not in value:
                continue
            kept = members[name](value[name], f"{at}.{name}" if at else name, remarks)
            if kept is not value[name]:
                mended = {**mended, name: kept}
        mended = {name: kept for name, kept in mended.items() if kept is not GONE} if mended is not value else value
        if needed is not None and needed not in mended:
            remarks.append(f"{at} has no {needed}; left out")
            return GONE
        return mended

    return rule


def left_out(value: Any, at: str, wanted: str, remarks: list[str]) -> Any:
    """:data:`GONE`, with the remark that ``value`` is not what is ``wanted``."""
    remarks.append(f"{at} is {'null' if value is None else f'not {wanted}'}; left out")
    return GONE
