"""The limits of a schema in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcptui.schema.values import Json, is_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcptui.schema.document import Schema

_SIZES: Final = (
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
    ("minProperties", "maxProperties", "field"),
)


def describe(schema: Schema) -> tuple[str, ...]:
    """The constraints of ``schema``, shortest wording first to last as a reader wants them."""
    return tuple(_describe(schema))


def _describe(schema: Schema) -> Iterator[str]:
    if (numbers := _range(schema)) is not None:
        yield numbers
    if is_number(step := schema.get("multipleOf")):
        yield f"multiple of {step}"
    for low_name, high_name, noun in _SIZES:
        if (size := _size(schema.get(low_name), schema.get(high_name), noun)) is not None:
            yield size
    if isinstance(pattern := schema.get("pattern"), str):
        yield f"matches {pattern}"
    if schema.get("uniqueItems") is True:
        yield "no duplicates"
    if isinstance(media := schema.get("contentMediaType"), str):
        yield media
    if isinstance(encoding := schema.get("contentEncoding"), str):
        yield encoding


def _range(schema: Schema) -> str | None:
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if is_number(low) and is_number(high):
        return f"{low} to {high}"
    parts = [
        f"{sign} {bound}" for sign, bound in (("≥", low), (">", above), ("≤", high), ("<", below)) if is_number(bound)
    ]
    return ", ".join(parts) or None


def _size(low: Json, high: Json, noun: str) -> str | None:
    low = low if is_number(low) and low > 0 else None
    high = high if is_number(high) else None
    if low is None and high is None:
        return None
    if low == high:
        return f"exactly {low} {_plural(noun, low)}"
    if high is None:
        return f"at least {low} {_plural(noun, low)}"
    if low is None:
        return f"at most {high} {_plural(noun, high)}"
    return f"{low} to {high} {noun}s"


def _plural(noun: str, number: Json) -> str:
    return noun if number == 1 else f"{noun}s"
