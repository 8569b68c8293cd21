"""What conversations cost: tokens and money, of a turn or of many, in numbers and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mcptui.model.chat import ChatTurn

#: From this part of the model's context on, a conversation is said to be nearly full.
NEARLY_FULL: Final = 0.8


@dataclass(frozen=True, slots=True)
class Totals:
    """Tokens in and out, and US dollars; ``cost`` None where no turn's is known."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None

    @classmethod
    def of(cls, turns: Iterable[ChatTurn]) -> Totals:
        """The sum over ``turns``."""
        turns = tuple(turns)
        costs = [turn.cost for turn in turns if turn.cost is not None]
        read, written = (
            sum(number for turn in turns if isinstance(number := turn.usage.get(name), int))
            for name in ("prompt_tokens", "completion_tokens")
        )
        return cls(read, written, sum(costs) if costs else None)

    @property
    def words(self) -> tuple[str, ...]:
        """As a line under an answer has it, part by part."""
        tokens = (f"{self.tokens_in:,} tokens in", f"{self.tokens_out:,} out")
        return (*(tokens if self.tokens_in or self.tokens_out else ()), *(() if self.cost is None else (self.money,)))

    @property
    def money(self) -> str:
        """The cost with two digits that say something."""
        cost = self.cost or 0.0
        if cost == 0 or cost >= 1:
            return f"${cost:,.2f}"
        return f"${cost:.4f}" if cost >= 0.0001 else "<$0.0001"


def fullness_words(turn: ChatTurn) -> str | None:
    """A warning where the conversation nears the end of the model's context."""
    full = turn.fullness
    if full is None or full < NEARLY_FULL:
        return None
    return f"context {min(full, 1):.0%} full"
