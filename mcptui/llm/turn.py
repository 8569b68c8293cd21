"""Puts the chunks of one streamed completion together, as providers send them: not all keep to the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.thoughts import Thoughts
from mcptui.llm.turn_calls import TurnCalls

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_TEXT_PARTS: Final = frozenset({"text", "output_text"})


@dataclass
class Turn:
    """One completion while it comes in."""

    text: str = ""
    refusal: str = ""
    thoughts: Thoughts = field(default_factory=Thoughts)
    finish_reason: str | None = None
    usage: JsonObject = field(default_factory=dict)
    #: The places of the calls that the last chunk was about.
    touched: Sequence[int] = ()
    _calls: TurnCalls = field(default_factory=TurnCalls)

    @property
    def calls(self) -> list[JsonObject]:
        """The calls so far, as an assistant message has them."""
        return self._calls.calls

    @property
    def is_whole(self) -> bool:
        """Whether it can be taken for complete where the provider says no reason to end: something was said, and no
        call lacks its end."""
        said = self.text or self.refusal or self.calls
        return self.finish_reason is not None or (bool(said) and self._calls.are_whole)

    def add(self, chunk: JsonObject) -> str:
        """Take in one chunk; the answer is the text (or refusal) that it adds."""
        if isinstance(chunk.get("usage"), Mapping):
            self.usage = dict(chunk["usage"])
        choice = next(iter(choices_of(chunk)), {})
        if isinstance(choice.get("finish_reason"), str):
            self.finish_reason = choice["finish_reason"]
        delta = choice.get("delta")
        self.touched = ()
        if not isinstance(delta, Mapping):
            return ""
        self.touched = self._calls.add(delta.get("tool_calls"))
        text, refusal = _text(delta.get("content")), _text(delta.get("refusal"))
        self.text += text
        self.refusal += refusal
        self.thoughts.add(delta)
        return text + refusal

    def message(self) -> JsonObject:
        """The assistant message to send back."""
        message: JsonObject = {"role": "assistant", "content": self.text or None}
        if self.refusal:
            message["refusal"] = self.refusal
        if self.calls:
            message["tool_calls"] = self.calls
        return message


def choices_of(chunk: JsonObject) -> list[Mapping[str, Any]]:
    """The choices of a chunk, as far as they are objects."""
    choices = chunk.get("choices")
    return [choice for choice in choices if isinstance(choice, Mapping)] if isinstance(choices, list) else []


def _text(content: object) -> str:
    """A text, also one that comes as a list of parts."""
    if isinstance(content, list):
        parts = (part for part in content if isinstance(part, Mapping) and part.get("type") in _TEXT_PARTS)
        return "".join(text for part in parts if isinstance(text := part.get("text"), str))
    return content if isinstance(content, str) else ""
