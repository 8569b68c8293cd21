"""The conversation on the screen, kept in the history turn by turn."""

from __future__ import annotations

from collections.abc import Iterable

from mcptui.model.chat import ChatTurn
from mcptui.model.runtime import JsonObject
from mcptui.services.conversations import keep_turn, messages_of
from mcptui.services.workspace import Workspace


class Conversation:
    """Grows turn by turn; begins in the history with its first one.

    Args:
        session: its id in the history, if it is there.
        turns: what was said so far.
    """

    def __init__(self, session: int | None = None, turns: Iterable[ChatTurn] = ()) -> None:
        self.session = session
        self.turns = list(turns)

    def messages(self, question: str) -> list[JsonObject]:
        """Everything so far and a new question, as a model is sent it."""
        return [*messages_of(self.turns), {"role": "user", "content": question}]

    @property
    def tokens(self) -> int:
        """How many tokens it has cost, in and out."""
        names = ("prompt_tokens", "completion_tokens")
        numbers = (turn.usage.get(name) for turn in self.turns for name in names)
        return sum(number for number in numbers if isinstance(number, int))

    def add(self, turn: ChatTurn) -> None:
        """Take a turn in; :meth:`keep` puts it into the history."""
        self.turns.append(turn)

    def keep(self, ws: Workspace) -> None:
        """Put the last turn into the history; blocking.

        Raises:
            HistoryError: it cannot be written.
        """
        self.session = keep_turn(ws, self.turns[-1], self.session)
