from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.cost import cost_of
from mcptui.llm.usage import added, from_chat, to_chat
from mcptui.model import LlmModel

USAGE = {"input_tokens": 1000, "input_tokens_details": {"cached_tokens": 400}, "output_tokens": 100}


def model(**prices: Any) -> LlmModel:
    return LlmModel(name="m", base_url="http://x", model="m", **prices)


@pytest.mark.parametrize(
    ("prices", "cost"),
    [
        ({}, None),
        ({"input_price": 2.0}, None),
        ({"output_price": 2.0}, None),
        ({"input_price": 2.0, "output_price": 10.0}, 0.003),
        ({"input_price": 2.0, "output_price": 10.0, "cached_input_price": 0.5}, 0.0024),
        ({"input_price": 0.0, "output_price": 0.0}, 0.0),
    ],
)
def test_by_the_prices_of_the_entry(prices: dict[str, Any], cost: float | None) -> None:
    assert cost_of(model(**prices), USAGE) == (None if cost is None else pytest.approx(cost))


def test_a_provider_knows_better() -> None:
    told = from_chat({"prompt_tokens": 10, "completion_tokens": 5, "cost": 0.25})
    assert told is not None
    twice = added(added({}, told), told)
    assert cost_of(model(input_price=2.0, output_price=10.0), twice) == 0.5
    assert (to_chat(twice) or {})["cost"] == 0.5


def test_no_usage_no_cost() -> None:
    assert cost_of(model(input_price=2.0, output_price=10.0), {}) is None
