"""One round of a model, in the words of the Responses API, whichever API its provider has."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, Protocol

from mcptui.llm.chat_events import ChatEvents
from mcptui.llm.chat_request import CHAT_ONLY, PROVIDER_FIELDS, SAID_TWICE, to_chat
from mcptui.llm.errors import bad_request, table_of
from mcptui.llm.turn import choices_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from mcptui.llm.connection import Connection
    from mcptui.model.runtime import JsonObject

#: Events whose ``logprobs`` some compatible providers leave out, and clients insist on.
_WITH_LOGPROBS: Final = frozenset({"response.output_text.delta", "response.output_text.done"})
#: What must be a text, by event.
_TEXTS: Final = {
    "response.output_text.delta": "delta",
    "response.refusal.delta": "delta",
    "response.function_call_arguments.delta": "delta",
    "response.function_call_arguments.done": "arguments",
}
_LAST: Final = frozenset({"response.completed", "response.incomplete"})


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
        # Some providers leave out [DONE]; an answer without a reason to end is cut off.
        if events.turn.finish_reason is None:
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
        finished = False
        async with aclosing(self._connection.stream("/responses", request)) as values:
            async for value in values:
                for event in _as_events(value):
                    self._refuse_failure(event)
                    if not _is_usable(event):
                        raise self._connection.not_of_the_api()
                    if event.get("type") in _WITH_LOGPROBS:
                        event.setdefault("logprobs", [])
                    finished = finished or event.get("type") in _LAST
                    yield event
        if not finished:
            raise self._connection.broke_off("it ended too early")

    def _refuse_failure(self, event: JsonObject) -> None:
        """An error may come in the middle of the events, as one of its own or as the end of the response."""
        if event.get("type") == "error":
            problem = {name: event.get(name) for name in ("message", "code", "param")}
        elif event.get("type") == "response.failed":
            problem = (event.get("response") or {}).get("error") or {}
        else:
            return
        raise self._connection.described({"error": problem}, None)


def provider_of(connection: Connection) -> Provider:
    """The provider behind ``connection``, by the API that the state file says."""
    return ChatProvider(connection) if connection.model.api == "chat" else ResponsesProvider(connection)


def _is_usable(event: JsonObject) -> bool:
    """Whether an event has what is looked at later: an item of a known type, calls that can be made and answered."""
    kind = event.get("type")
    if not isinstance(kind, str):
        return False
    if kind in ("response.output_item.added", "response.output_item.done"):
        item = event.get("item")
        if not isinstance(item, Mapping) or not isinstance(event.get("output_index"), int):
            return False
        needed = ("type", "call_id", "name", "arguments") if item.get("type") == "function_call" else ("type",)
        return all(isinstance(item.get(name), str) for name in needed)
    member = _TEXTS.get(kind)
    if member is not None:
        return isinstance(event.get(member), str)
    return kind not in _LAST or isinstance(event.get("response"), Mapping)


def _as_chunk(value: JsonObject) -> JsonObject:
    """A provider that does not stream answers in one piece: make it one chunk."""
    choices = choices_of(value)
    if any("message" in choice and "delta" not in choice for choice in choices):
        return {**value, "choices": [{**choice, "delta": choice["message"]} for choice in choices]}
    return value


def _as_events(value: JsonObject) -> Iterator[JsonObject]:
    if value.get("object") != "response":
        yield value
        return
    for index, item in enumerate(value.get("output") or ()):
        yield {"type": "response.output_item.added", "output_index": index, "item": item}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": f"response.{value.get('status', 'completed')}", "response": value}
