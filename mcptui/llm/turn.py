"""Puts the chunks of one streamed completion together."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mcptui.llm.chat_request import THOUGHTS

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject


@dataclass
class Turn:
    """One completion while it comes in."""

    text: str = ""
    refusal: str = ""
    thoughts: str = ""
    calls: list[JsonObject] = field(default_factory=list)
    finish_reason: str | None = None
    usage: JsonObject = field(default_factory=dict)
    #: The places of the calls that the last chunk was about.
    touched: list[int] = field(default_factory=list)
    _places: dict[object, int] = field(default_factory=dict)

    def add(self, chunk: JsonObject) -> str:
        """Take in one chunk; the answer is the text (or refusal) that it adds."""
        if isinstance(chunk.get("usage"), Mapping):
            self.usage = dict(chunk["usage"])
        choice = next(iter(choices_of(chunk)), {})
        if isinstance(choice.get("finish_reason"), str):
            self.finish_reason = choice["finish_reason"]
        delta = choice.get("delta")
        self.touched.clear()
        if not isinstance(delta, Mapping):
            return ""
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            if isinstance(call, Mapping):
                self._add_call(call)
        text, refusal = (value if isinstance(value := delta.get(key), str) else "" for key in ("content", "refusal"))
        self.text += text
        self.refusal += refusal
        thoughts = delta.get(THOUGHTS)
        self.thoughts += thoughts if isinstance(thoughts, str) else ""
        return text + refusal

    def message(self) -> JsonObject:
        """The assistant message to send back."""
        message: JsonObject = {"role": "assistant", "content": self.text or None}
        if self.refusal:
            message["refusal"] = self.refusal
        if self.calls:
            message["tool_calls"] = self.calls
        return message

    def _add_call(self, delta: Mapping[str, Any]) -> None:
        place = self._place(delta)
        self.touched.append(place)
        call = self.calls[place]
        function = call["function"]
        for key, value in delta.items():
            if key == "function" and isinstance(value, Mapping):
                function["name"] = function["name"] or str(value.get("name") or "")
                arguments = value.get("arguments")
                function["arguments"] += arguments if isinstance(arguments, str) else ""
            elif key == "id":
                call["id"] = value if isinstance(value, str) and value else call["id"]
            elif key not in {"index", "function", "type"}:
                # Some providers must get back what they put beside a call.
                call[key] = value

    def _place(self, delta: Mapping[str, Any]) -> int:
        """Which call a piece belongs to: by index; without one, a new id begins a new call."""
        index = delta.get("index")
        mark = index if isinstance(index, int) else delta.get("id")
        if mark is None and self.calls:
            return len(self.calls) - 1
        if mark not in self._places:
            self._places[mark] = len(self.calls)
            identifier = f"call_{secrets.token_hex(8)}"
            function = {"name": "", "arguments": ""}
            self.calls.append({"id": identifier, "type": "function", "function": function})
        return self._places[mark]


def choices_of(chunk: JsonObject) -> list[Mapping[str, Any]]:
    """The choices of a chunk, as far as they are objects."""
    choices = chunk.get("choices")
    return [choice for choice in choices if isinstance(choice, Mapping)] if isinstance(choices, list) else []
