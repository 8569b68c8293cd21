"""The events of one streamed response made whole: compatible providers leave out much of what the API promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.arguments import arguments_text
from mcptui.llm.response_item import ResponseItem, completed_item

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_BEGINS: Final = frozenset({"response.created", "response.in_progress", "response.queued"})
_LAST: Final = frozenset({"response.completed", "response.incomplete"})
_ARGUMENTS: Final = "response.function_call_arguments"
#: Pieces of a message, which begin it where it was not announced.
_MESSAGE: Final = frozenset({"response.output_text.delta", "response.refusal.delta", "response.content_part.added"})
#: What comes once a text is whole; it begins the message only where there is none.
_MESSAGE_ENDS: Final = frozenset({"response.output_text.done", "response.refusal.done", "response.content_part.done"})
#: What makes a call the same as another.
_SAID: Final = ("type", "name", "arguments")
#: What must be a text, by event.
_TEXTS: Final = {"response.output_text.delta": "delta", "response.refusal.delta": "delta"}


class NotOfTheApiError(Exception):
    """An event that cannot be understood."""


class ResponseEvents:
    """Takes the events of a provider, gives those of the API.

    What it gives: every event about an item has the item's ``output_index``, and comes after the item was added; every
    item is done in the end, with all its text told in deltas; function calls have an id, a name and arguments as text;
    the last event is ``response.completed`` or ``response.incomplete``, with a response object.
    """

    def __init__(self) -> None:
        self._items: dict[int, ResponseItem] = {}
        # Pieces of the arguments of calls that are not known yet, or were done before.
        self._early: list[tuple[str, JsonObject]] = []
        #: The last event was given.
        self.has_ended = False

    def take(self, event: JsonObject) -> Iterator[JsonObject]:
        """The events that one of the provider's brings.

        Raises:
            NotOfTheApiError: it cannot be understood.
        """
        kind = event.get("type")
        if event.get("object") == "response":  # not streamed
            yield from self._ended("response." + str(event.get("status") or "completed"), event)
        elif not isinstance(kind, str):
            raise NotOfTheApiError
        elif kind in _LAST:
            yield from self._ended(kind, event.get("response"))
        elif kind in _BEGINS:
            yield event
        elif kind in ("response.output_item.added", "response.output_item.done"):
            yield from self._item(kind, event)
        else:
            yield from self._piece(kind, event)

    def end(self) -> Iterator[JsonObject]:
        """The events after the last one; none where something is missing that nobody can know."""
        if not self.has_ended and self._items and all(item.is_whole for item in self._items.values()):
            yield from self._ended("response.completed", {})

    def _item(self, kind: str, event: JsonObject) -> Iterator[JsonObject]:
        if not isinstance(event.get("item"), Mapping):
            raise NotOfTheApiError
        given = _understood(event["item"])
        item = self._find(event.get("output_index"), given)
        if item is None:
            item = self._new(event.get("output_index"), given)
            yield from item.added()
            yield from self._early_pieces(item)
        if kind == "response.output_item.done":
            yield from item.done(given)

    def _piece(self, kind: str, event: JsonObject) -> Iterator[JsonObject]:
        member = _TEXTS.get(kind)
        if member is not None and not isinstance(event.get(member), str):
            raise NotOfTheApiError
        if kind.startswith(_ARGUMENTS):
            event = {
                name: arguments_text(value) if name in ("delta", "arguments") else value
                for name, value in event.items()
            }
        item = self._about(kind, event)
        if item is None and (kind in _MESSAGE or (kind in _MESSAGE_ENDS and not self._has_message())):
            given = {"type": "message", **({"id": event["item_id"]} if event.get("item_id") else {})}
            item = self._new(event.get("output_index"), completed_item(given))
            yield from item.added()
        if item is not None and not item.is_done:
            yield from item.piece(kind, event)
        elif kind.startswith(_ARGUMENTS) and (event.get("delta") or event.get("arguments")) and not _knows(item):
            self._early.append((kind, event))

    def _has_message(self) -> bool:
        return any(item.value["type"] == "message" for item in self._items.values())

    def _early_pieces(self, item: ResponseItem) -> Iterator[JsonObject]:
        """Those that came before their call did."""
        if item.value["type"] == "function_call":
            waiting, self._early = self._early, []
            for kind, event in waiting:
                if self._about(kind, event) is item:
                    yield from item.piece(kind, event)
                else:
                    self._early.append((kind, event))

    def _about(self, kind: str, event: JsonObject) -> ResponseItem | None:
        """The item that a piece belongs to: by place, by id, else the last of its type."""
        index, id_ = event.get("output_index"), event.get("item_id")
        if isinstance(index, int) and index in self._items:
            return self._items[index]
        for item in reversed(self._items.values()):
            if id_ and id_ in (item.value.get("id"), item.value.get("call_id")):
                return item
        if isinstance(index, int):
            return None
        if kind.startswith(_ARGUMENTS):  # some make up an id for pieces, which no item has
            wanted = (item for item in self._items.values() if item.value["type"] == "function_call")
            return next((item for item in reversed([*wanted]) if not (id_ and item.is_done)), None)
        if id_ or kind not in _MESSAGE | _MESSAGE_ENDS:
            return None
        return next((item for item in reversed(self._items.values()) if item.value["type"] == "message"), None)

    def _find(self, index: object, given: JsonObject) -> ResponseItem | None:
        """The item that was announced already: the same id, else the same place and type."""
        if (known := self._by_id(given)) is not None:
            return known
        begun = [item for item in self._items.values() if not item.is_done and item.fits(given)]
        if isinstance(index, int):
            begun = [item for item in begun if item.index == index]
        return next(iter(begun), None)

    def _find_at_end(self, index: int, given: JsonObject) -> ResponseItem | None:
        """The item that was told before, which some providers give another id in the whole response."""
        if (known := self._by_id(given)) is not None:
            return known
        if index in self._items and self._items[index].fits(given):
            return self._items[index]
        said = [given.get(name) for name in _SAID]
        same = (item for item in self._items.values() if [item.value.get(name) for name in _SAID] == said)
        return next(same, None) if given["type"] == "function_call" else None

    def _by_id(self, given: JsonObject) -> ResponseItem | None:
        for item in self._items.values():
            if any(given.get(name) and given[name] == item.value.get(name) for name in ("id", "call_id")):
                return item
        return None

    def _new(self, index: object, given: JsonObject) -> ResponseItem:
        if not isinstance(index, int) or index in self._items or index < 0:
            index = max(self._items, default=-1) + 1
        self._items[index] = item = ResponseItem(index, given)
        return item

    def _ended(self, kind: str, response: object) -> Iterator[JsonObject]:
        if kind not in _LAST:
            raise NotOfTheApiError
        response = dict(response) if isinstance(response, Mapping) else {}
        output = response.get("output")
        for index, given in enumerate(output if isinstance(output, list) else ()):
            if isinstance(given, Mapping):
                whole = _understood(given)
                if (item := self._find_at_end(index, whole)) is None:
                    item = self._new(index, whole)
                    yield from item.added()
                    yield from self._early_pieces(item)
                yield from item.done(whole)
        for item in self._items.values():
            yield from item.done(item.value)
            if self._early and item.value.get("arguments") == "":
                raise NotOfTheApiError  # some arguments belong to a call, and nobody knows to which
        response["output"] = [self._items[index].value for index in sorted(self._items)]
        response["status"] = kind.removeprefix("response.")
        details = response.get("incomplete_details")
        if kind == "response.incomplete" and not isinstance(details, Mapping):
            response["incomplete_details"] = {"reason": "max_output_tokens"}
        self.has_ended = True
        yield {"type": kind, "response": response}


def _knows(item: ResponseItem | None) -> bool:
    """Whether the arguments of a call have come."""
    return item is not None and item.value.get("arguments") != ""


def _understood(given: Mapping[str, Any]) -> JsonObject:
    """An item of a known type.

    Raises:
        NotOfTheApiError: it has no type.
    """
    if not isinstance(given.get("type"), str):
        raise NotOfTheApiError
    return completed_item(given)
