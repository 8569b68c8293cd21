"""The conversation on the screen, kept in the history turn by turn."""

from __future__ import annotations

from collections.abc import Iterable

from mcptui.model.chat import ChatTurn
from mcptui.model.runtime import JsonObject
from mcptui.services.conversations import keep_turn, messages_of
from mcptui.services.totals import Totals
from mcptui.services.workspace import Workspace
from mcptui.tui.chat.servers import Servers


class Conversation:
    """Grows turn by turn; begins in the history with its first one.

    Args:
        session: its id in the history, if it is there.
        turns: what was said so far.
    """

    def __init__(self, session: int | None = None, turns: Iterable[ChatTurn] = ()) -> None:
        self.session = session
        self.turns = list(turns)
        #: The last turn, also one that came to nothing and is not kept.
        self.latest = self.turns[-1] if self.turns else None
        #: The servers whose tools the model gets.
        self.servers: Servers = self.latest.servers if self.latest else None
        #: The system prompt, and the temperature where it is not the provider's default.
        self.system = self.latest.system if self.latest else ""
        self.temperature = self.latest.temperature if self.latest else None
        self._taken_back: ChatTurn | None = None

    def messages(self, question: str) -> list[JsonObject]:
        """Everything so far and a new question, as a model is sent it."""
        return [*messages_of(self.turns), {"role": "user", "content": question}]

    @property
    def totals(self) -> Totals:
        """What it has cost."""
        return Totals.of(self.turns)

    def take_back(self) -> None:
        """Leave out the last turn: the next one that is kept takes its place."""
        if self.turns:
            self._taken_back = self.turns.pop()

    def put_back(self) -> bool:
        """Undo :meth:`take_back`; whether there was anything to undo."""
        turn, self._taken_back = self._taken_back, None
        if turn is not None:
            self.turns.append(turn)
        return turn is not None

    def add(self, turn: ChatTurn) -> None:
        """Take a turn in; :meth:`keep` puts it into the history."""
        self.turns.append(turn)
        self.latest = turn

    def keep(self, ws: Workspace) -> None:
        """Put the last turn into the history; blocking.

        Raises:
            ConversationsError: it cannot be written.
        """
        replaces_last = self._taken_back is not None
        self._taken_back = None
        self.session = keep_turn(ws, self.turns[-1], self.session, replaces_last=replaces_last)
