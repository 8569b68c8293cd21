"""A provider of Chat Completions: chunks of one completion."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from mcptui.llm.turn import choices_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from mcptui.llm.connection import Connection
    from mcptui.model.runtime import JsonObject


class Provider(Protocol):
    """Streams one completion."""

    def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The chunks of the completion that ``body`` (messages, tools, …) asks for.

        Raises:
            LlmError: there is no completion, or it broke off.
        """
        ...


class ChatProvider:
    """One configured model that speaks Chat Completions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The chunks of one completion."""
        finished = False
        request = {**body, "stream_options": {"include_usage": True}}
        async with aclosing(self._connection.stream("/chat/completions", request)) as chunks:
            async for value in chunks:
                chunk = _streamed(value)
                finished = finished or any(choice.get("finish_reason") for choice in choices_of(chunk))
                yield chunk
        # Some providers leave out [DONE]; an answer without a reason to end is cut off.
        if not finished:
            raise self._connection.broke_off("it ended too early")


def _streamed(value: JsonObject) -> JsonObject:
    """A provider that does not stream answers in one piece: make it one chunk."""
    if value.get("object") == "chat.completion.chunk" or any("delta" in choice for choice in choices_of(value)):
        return value
    return {**value, "choices": [{**choice, "delta": choice.get("message")} for choice in choices_of(value)]}
