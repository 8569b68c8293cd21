"""Conversations with a model, as they are kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mcptui.model.runtime import JsonObject

ChatOutcome: TypeAlias = Literal["done", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTurn:
    """One question and what came of it; all fields are JSON values.

    Attributes:
        key: whose tools were used; None is the owner.
        attached: resources that were sent with the question: {uri, text}.
        system: the system prompt; empty for none.
        temperature: of the model's sampling; None is the provider's default.
        servers: those whose tools the model saw; None is all of the key.
        at: when it was asked, seconds since the epoch.
        seconds: how long the answer took, without the time in which it waited for the person.
        parts: what was shown of the answer, in order: {type: "text", text} and {type: "tool", id, name, server,
            arguments, status, output?, error?, ms?}.
        messages: what a model is sent of the answer later, in the form of Chat Completions.
        cost: US dollars; None where unknown.
        context: the tokens of the conversation at the end of the turn, 0 where the model did not say.
        context_size: how many the model takes, as far as that is known.
        note: why the answer is not whole.
    """

    question: str
    model: str
    key: str | None = None
    servers: Sequence[str] | None = None
    attached: Sequence[JsonObject] = ()
    system: str = ""
    temperature: float | None = None
    at: float
    seconds: float = 0.0
    parts: Sequence[JsonObject] = ()
    messages: Sequence[JsonObject] = ()
    usage: JsonObject = field(default_factory=dict)
    cost: float | None = None
    context: int = 0
    context_size: int | None = None
    rounds: int = 0
    outcome: ChatOutcome = "done"
    note: str = ""

    @property
    def text(self) -> str:
        """What the model said."""
        return "\n\n".join(part["text"] for part in self.parts if part["type"] == "text" and part["text"])

    @property
    def fullness(self) -> float | None:
        """The part of the model's context that the conversation fills; None where it is not known."""
        return self.context / self.context_size if self.context and self.context_size else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSession:
    """One conversation in a list; model and key are those of its last turn, times are seconds since the epoch."""

    id: int
    title: str
    model: str
    key: str | None
    created: float
    updated: float
    turns: int


def with_attached(question: str, attached: Sequence[JsonObject]) -> str:
    """A question as a model is sent it, with the resources that are attached to it."""
    parts = [f"<resource uri={json.dumps(part['uri'])}>\n{part['text']}\n</resource>" for part in attached]
    return "\n\n".join([question, *parts])
