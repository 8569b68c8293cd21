"""The messages of one conversation, as the model gets them."""

from __future__ import annotations

from collections.abc import Sequence

from mcptui.model.runtime import JsonObject


class Conversation:
    """Grows turn by turn; a turn that failed without an answer leaves no trace."""

    def __init__(self) -> None:
        self._messages: list[JsonObject] = []
        self._asked = ""

    @property
    def messages(self) -> list[JsonObject]:
        """Everything so far, the open question included."""
        question = [{"role": "user", "content": self._asked}] if self._asked else []
        return [*self._messages, *question]

    def ask(self, text: str) -> None:
        """A turn begins."""
        self._asked = text

    def finish(self, answer: Sequence[JsonObject]) -> None:
        """The turn is over, with these new messages."""
        self._messages = [*self.messages, *answer]
        self._asked = ""

    def stop(self, partial: str) -> None:
        """The person stopped the turn; what came so far counts as the answer."""
        if partial:
            self.finish([{"role": "assistant", "content": partial}])
        else:
            self._asked = ""

    def fail(self, answer: Sequence[JsonObject]) -> str:
        """The turn failed; the question if it has to be asked again, because nothing came of it."""
        question, self._asked = self._asked, self._asked if answer else ""
        if not answer:
            return question
        self.finish(answer)
        return ""
