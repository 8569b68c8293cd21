"""One output item of a response while it comes in; what a provider leaves out of its events is told all the same."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.arguments import arguments_text, fullest, is_json

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_ARGUMENTS: Final = "response.function_call_arguments"
#: Where the text of a part stands, by its type.
_PART_TEXT: Final = {"output_text": "text", "refusal": "refusal"}
#: Events whose ``logprobs`` some compatible providers leave out, and clients insist on.
_WITH_LOGPROBS: Final = frozenset({"response.output_text.delta", "response.output_text.done"})


class ResponseItem:
    """One item.

    Args:
        index: its place in the output.
        value: as it begins.
    """

    def __init__(self, index: int, value: JsonObject) -> None:
        self.index = index
        #: As it is known now.
        self.value = value
        self.is_done = False
        self._id: str = value["id"]
        # Told in deltas: the parts' types and texts by their place, and the arguments.
        self._parts: dict[int, tuple[str, str]] = {}
        self._ended_texts: set[int] = set()
        self._ended_parts: set[int] = set()
        self._arguments = ""
        # Told whole, before the item was.
        self._all_arguments: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing: it is done, or a text, or arguments that are a whole JSON text."""
        if self.value["type"] == "function_call":
            said = self._all_arguments or self._arguments
            return self.is_done or ((self._all_arguments is not None or bool(said)) and is_json(said))
        return self.is_done or bool(self._parts)

    def fits(self, given: Mapping[str, Any]) -> bool:
        """Whether ``given`` may be this item: some providers give it another id at its end."""
        if given["type"] != self.value["type"]:
            return False
        names = given.get("name"), self.value.get("name")
        return not all(names) or names[0] == names[1]

    def added(self) -> Iterator[JsonObject]:
        """It begins; its content follows in pieces, or with its end."""
        begun = dict(self.value)
        if begun["type"] in ("message", "function_call"):
            begun["status"] = "in_progress"
            begun["content" if begun["type"] == "message" else "arguments"] = [] if begun["type"] == "message" else ""
        yield {"type": "response.output_item.added", "output_index": self.index, "item": begun}

    def piece(self, kind: str, event: JsonObject) -> Iterator[JsonObject]:
        """What an event about it brings."""
        event = {**event, "output_index": self.index, "item_id": self._id}
        if kind in _WITH_LOGPROBS and not isinstance(event.get("logprobs"), list):
            event["logprobs"] = []
        if kind == f"{_ARGUMENTS}.delta":
            self._arguments += event.get("delta", "")
        elif kind == f"{_ARGUMENTS}.done":
            # Told with the end of the item, which may say more: no tool runs with less than what was meant.
            self._all_arguments = event.get("arguments") or ""
            return
        elif self.value["type"] == "message":
            yield from self._part_piece(kind, event)
            return
        yield event

    def done(self, given: JsonObject) -> Iterator[JsonObject]:
        """It is whole, as ``given`` and its pieces say; once."""
        if self.is_done:
            return
        value = {**self.value, **given, "id": self._id}
        if value["type"] == "function_call":
            value["call_id"] = self.value["call_id"]
            said = given.get("arguments"), self._all_arguments, self._arguments, self.value["arguments"]
            value["arguments"] = fullest(said)
            yield from self._arguments_done(value["arguments"])
        elif value["type"] == "message":
            begun = None if self._parts else self.value.get("content")
            value["content"] = self._whole_content(given.get("content") or begun)
            yield from self._parts_done(value["content"])
        if value["type"] in ("message", "function_call"):
            value["status"] = "completed" if given.get("status") in (None, "in_progress") else given["status"]
        self.value, self.is_done = value, True
        yield {"type": "response.output_item.done", "output_index": self.index, "item": value}

    # -- arguments ------------------------------------------------------------------------------------------

    def _arguments_done(self, arguments: str) -> Iterator[JsonObject]:
        if rest := _rest(arguments, self._arguments):
            yield self._event(f"{_ARGUMENTS}.delta", delta=rest)
        yield self._event(f"{_ARGUMENTS}.done", arguments=arguments)

    # -- parts of a message ---------------------------------------------------------------------------------

    def _part_piece(self, kind: str, event: JsonObject) -> Iterator[JsonObject]:
        place = event["content_index"] = event["content_index"] if isinstance(event.get("content_index"), int) else 0
        what, _, step = kind.removeprefix("response.").rpartition(".")
        if kind == "response.content_part.added":
            event["part"] = _part(event.get("part"))
            self._parts.setdefault(place, (event["part"]["type"], ""))
        elif step == "delta" and what in _PART_TEXT:
            if place not in self._parts:
                yield from self._part_added(place, what)
            told_kind, told = self._parts[place]
            self._parts[place] = (told_kind, told + event["delta"])
        elif step == "done" and what in _PART_TEXT:
            yield from self._text_done(place, what, event)
            return
        elif kind == "response.content_part.done":
            yield from self._part_done(place, _part(event.get("part")), event)
            return
        yield event

    def _part_added(self, place: int, kind: str) -> Iterator[JsonObject]:
        self._parts[place] = (kind, "")
        part = _part({"type": kind, _PART_TEXT[kind]: ""})
        yield self._event("response.content_part.added", content_index=place, part=part)

    def _text_done(self, place: int, kind: str, said: JsonObject) -> Iterator[JsonObject]:
        """The text of a part is whole, and told in full; once, in what the provider has ``said`` of it."""
        if place in self._ended_texts:
            return
        if place not in self._parts:
            yield from self._part_added(place, kind)
        (told_kind, told), member = self._parts[place], _PART_TEXT[kind]
        text = said[member] if isinstance(said.get(member), str) and said[member] else told
        extra: JsonObject = {"logprobs": []} if kind == "output_text" else {}
        if rest := _rest(text, told):
            yield self._event(f"response.{kind}.delta", content_index=place, delta=rest, **extra)
        self._parts[place] = told_kind, text
        self._ended_texts.add(place)
        done = self._event(f"response.{kind}.done", content_index=place, **{member: text}, **extra)
        yield {**said, **done, **{name: said.get(name, value) for name, value in extra.items()}}

    def _part_done(self, place: int, part: JsonObject, said: JsonObject) -> Iterator[JsonObject]:
        """A part is whole; once."""
        if place in self._ended_parts:
            return
        self._ended_parts.add(place)
        if (member := _PART_TEXT.get(part["type"])) is not None:
            yield from self._text_done(place, part["type"], {member: part[member]})
            part = {**part, member: part[member] or self._parts[place][1]}
        done = self._event("response.content_part.done", content_index=place, part=part)
        yield {**said, **done}

    def _whole_content(self, given: object) -> list[JsonObject]:
        """The parts, those that were only told in pieces too."""
        parts = [_part(part) for part in given] if isinstance(given, list) else []
        if isinstance(given, str):
            parts = [_part({"type": "output_text", "text": given})]
        for place in sorted(self._parts):
            kind, told = self._parts[place]
            if place >= len(parts) and kind in _PART_TEXT:
                parts.append(_part({"type": kind, _PART_TEXT[kind]: told}))
            elif place < len(parts) and parts[place]["type"] == kind and kind in _PART_TEXT:
                parts[place][_PART_TEXT[kind]] = parts[place][_PART_TEXT[kind]] or told
        return parts

    def _parts_done(self, parts: list[JsonObject]) -> Iterator[JsonObject]:
        for place, part in enumerate(parts):
            if part["type"] in _PART_TEXT:
                yield from self._part_done(place, part, {})

    def _event(self, kind: str, **members: Any) -> JsonObject:
        return {"type": kind, "item_id": self._id, "output_index": self.index, **members}


def completed_item(given: Mapping[str, Any]) -> JsonObject:
    """An item with every member that is needed to go on with it."""
    item = dict(given)
    if not isinstance(item.get("id"), str) or not item["id"]:
        item["id"] = f"item_{secrets.token_hex(16)}"
    if item["type"] == "function_call":
        name, call_id = item.get("name"), item.get("call_id")
        item["name"] = name if isinstance(name, str) else ""
        item["call_id"] = call_id if isinstance(call_id, str) and call_id else item["id"]
        item["arguments"] = arguments_text(item.get("arguments"))
    elif item["type"] == "message":
        item["role"] = "assistant"
    return item


def _part(given: object) -> JsonObject:
    """A part of a message, with the members that clients insist on."""
    part: JsonObject = dict(given) if isinstance(given, Mapping) else {}
    kind = part["type"] = part["type"] if isinstance(part.get("type"), str) else "output_text"
    member = _PART_TEXT.get(kind)
    if member is not None and not isinstance(part.get(member), str):
        part[member] = ""
    if kind == "output_text":
        part |= {name: [] for name in ("annotations", "logprobs") if not isinstance(part.get(name), list)}
    return part


def _rest(whole: str, told: str) -> str:
    """What of ``whole`` was not told yet; nothing where other things were told."""
    return whole[len(told) :] if whole.startswith(told) else ""
