from __future__ import annotations

from typing import Any

import pytest

from mcptui.model.chat import ChatTurn
from mcptui.tui.chat.turn_view import end_words


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({}, "1.2 s"),
        (
            {"usage": {"prompt_tokens": 12, "completion_tokens": 3}, "rounds": 2},
            "12 tokens in · 3 out · 2 rounds · 1.2 s",
        ),
        (
            {"usage": {"prompt_tokens": 1200, "completion_tokens": 3}, "cost": 0.00123, "context": 90},
            "1,200 tokens in · 3 out · $0.0012 · 1.2 s",
        ),
        (
            {"context": 90, "context_size": 100, "cost": 0.0},
            "$0.00 · 1.2 s · context 90% full",
        ),
        ({"rounds": 1, "note": "not finished: max tool calls"}, "1.2 s · not finished: max tool calls"),
        ({"outcome": "stopped", "note": "stopped"}, "■ Stopped, partial answer kept"),
        (
            {"outcome": "stopped", "note": "stopped", "usage": {"prompt_tokens": 12, "completion_tokens": 3}},
            "■ Stopped, partial answer kept · 12 tokens in · 3 out",
        ),
        ({"outcome": "failed", "note": "no [x]\x1b"}, "✗ no [x]\\u001b"),
    ],
)
def test_how_a_turn_ended(members: dict[str, Any], words: str) -> None:
    turn = ChatTurn(question="q", model="m", at=0.0, seconds=1.23, **members)
    assert end_words(turn).plain == words
