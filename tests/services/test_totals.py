from __future__ import annotations

from typing import Any

import pytest

from mcptui.model.chat import ChatTurn
from mcptui.services.totals import Totals, fullness_words


def turn(**members: Any) -> ChatTurn:
    return ChatTurn(question="q", model="m", at=0.0, **members)


def test_the_sum_of_turns() -> None:
    first = turn(usage={"prompt_tokens": 1000, "completion_tokens": 5}, cost=0.01)
    second = turn(usage={"prompt_tokens": 200, "completion_tokens": None})
    assert Totals.of([first, second]) == Totals(1200, 5, 0.01)
    assert Totals.of([first, second]).words == ("1,200 tokens in", "5 out", "$0.0100")
    assert Totals.of([second]).cost is None
    assert Totals.of([]).words == ()


@pytest.mark.parametrize(
    ("cost", "words"), [(0, "$0.00"), (0.00001, "<$0.0001"), (0.01234, "$0.0123"), (1234.5, "$1,234.50")]
)
def test_money(cost: float, words: str) -> None:
    assert Totals(cost=cost).money == words


@pytest.mark.parametrize(
    ("context", "size", "words"),
    [
        (79, 100, None),
        (80, 100, "context 80% full"),
        (120, 100, "context 100% full"),
        (90, None, None),
        (0, 100, None),
    ],
)
def test_a_warning_before_it_fails(context: int, size: int | None, words: str | None) -> None:
    assert fullness_words(turn(context=context, context_size=size)) == words
