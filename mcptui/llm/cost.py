"""What an answer costs, by the prices of the model's entry or as the provider says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcptui.llm.usage import cached_tokens, number

if TYPE_CHECKING:
    from mcptui.model import LlmModel
    from mcptui.model.runtime import JsonObject

_UNIT: Final = 1_000_000


def cost_of(model: LlmModel, usage: JsonObject) -> float | None:
    """US dollars of a ``usage`` in the form of the Responses API; None where nobody knows.

    A provider that says what it takes (``cost``, as OpenRouter does) knows better than the entry.
    """
    told = usage.get("cost")
    if isinstance(told, int | float) and not isinstance(told, bool):
        return float(told)
    if not usage or model.input_price is None or model.output_price is None:
        return None
    read, cached = number(usage, "input_tokens"), cached_tokens(usage)
    cached_price = model.input_price if model.cached_input_price is None else model.cached_input_price
    spent = max(read - cached, 0) * model.input_price + cached * cached_price
    return (spent + number(usage, "output_tokens") * model.output_price) / _UNIT
