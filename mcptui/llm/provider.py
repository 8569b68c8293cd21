"""One round of a model, in the words of the Responses API, whichever API its provider has."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from mcptui.llm.chat_events import ChatEvents
from mcptui.llm.chat_request import CHAT_ONLY, PROVIDER_FIELDS, SAID_TWICE, to_chat
from mcptui.llm.errors import bad_request, table_of
from mcptui.llm.response_events import NotOfTheApiError, ResponseEvents
from mcptui.llm.turn import choices_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from mcptui.llm.connection import Connection
    from mcptui.model.runtime import JsonObject


class Provider(Protocol):
    """Streams one round."""

    def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The events of the answer to ``body``, a request of the Responses API whose input is a list.

        Raises:
            LlmError: there is no answer, or it broke off.
        """
        ...


class ChatProvider:
    """A model behind Chat Completions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The completion as events."""
        events = ChatEvents()
        request = {**to_chat(body), "stream_options": {"include_usage": True}}
        async with aclosing(self._connection.stream("/chat/completions", request)) as chunks:
            async for value in chunks:
                for event in events.take(_as_chunk(value)):
                    yield event
        # Some providers leave out [DONE], others the reason to end.
        if not events.turn.is_whole:
            raise self._connection.broke_off("it ended too early")
        for event in events.end():
            yield event


class ResponsesProvider:
    """A model behind the Responses API."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The events as they come."""
        for name in set(table_of(body, CHAT_ONLY)) - SAID_TWICE:
            raise bad_request(f"{name} is not available: this model's provider has the Responses API", name)
        request = {name: value for name, value in body.items() if name != CHAT_ONLY}
        request["input"] = [
            {name: value for name, value in item.items() if name != PROVIDER_FIELDS} for item in body["input"]
        ]
        events = ResponseEvents()
        async with aclosing(self._connection.stream("/responses", request)) as values:
            async for value in values:
                self._refuse_failure(value)
                for event in self._made_whole(events, value):
                    yield event
        for event in events.end():
            yield event
        if not events.has_ended:
            raise self._connection.broke_off("it ended too early")

    def _made_whole(self, events: ResponseEvents, value: JsonObject) -> Iterator[JsonObject]:
        try:
            yield from events.take(value)
        except NotOfTheApiError:
            raise self._connection.not_of_the_api() from None

    def _refuse_failure(self, event: JsonObject) -> None:
        """An error may come in the middle of the events, as one of its own or as the end of the response."""
        response = event.get("response") if event.get("type") == "response.failed" else event
        if event.get("type") == "error":
            problem = event.get("error") or {name: event.get(name) for name in ("message", "code", "param")}
        elif isinstance(response, Mapping) and response.get("status") in ("failed", "cancelled"):
            problem = response.get("error") or {}
        elif event.get("type") == "response.failed":
            problem = {}
        else:
            return
        raise self._connection.described({"error": problem}, None)


def provider_of(connection: Connection) -> Provider:
    """The provider behind ``connection``, by the API that the state file says."""
    return ChatProvider(connection) if connection.model.api == "chat" else ResponsesProvider(connection)


def _as_chunk(value: JsonObject) -> JsonObject:
    """A provider that does not stream answers in one piece: make it one chunk."""
    choices = choices_of(value)
    if any("message" in choice and "delta" not in choice for choice in choices):
        return {**value, "choices": [{**choice, "delta": choice["message"]} for choice in choices]}
    return value
