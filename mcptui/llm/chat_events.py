"""A streamed completion as events of the Responses API."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.chat_request import PROVIDER_FIELDS
from mcptui.llm.turn import Turn
from mcptui.llm.usage import from_chat

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_CUT: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}
_CALL_MEMBERS: Final = frozenset({"id", "type", "function"})


class ChatEvents:
    """One completion: takes its chunks, gives the events of its output items."""

    def __init__(self) -> None:
        self.turn = Turn()
        self._output: list[JsonObject] = []
        self._message: _Message | None = None
        #: By their place in the turn.
        self._calls: dict[int, _Call] = {}
        self._told = {"text": 0, "refusal": 0}

    def take(self, chunk: JsonObject) -> Iterator[JsonObject]:
        """The events that a chunk brings."""
        turn = self.turn
        turn.add(chunk)
        for kind, whole in (("text", turn.text), ("refusal", turn.refusal)):
            if len(whole) > self._told[kind]:
                if self._message is None:
                    self._message = _Message(self._next())
                    yield self._message.added()
                yield from self._message.delta(kind, whole[self._told[kind] :])
                self._told[kind] = len(whole)
        for place in turn.touched:
            call, opened = turn.calls[place], self._calls.get(place)
            if opened is None and call["function"]["name"]:
                yield from self._close_message()
                opened = self._calls[place] = _Call(self._next(), call)
                yield opened.added()
            if opened is not None:
                yield from opened.delta(call)

    def end(self) -> Iterator[JsonObject]:
        """The events after the last chunk."""
        yield from self._close_message()
        if self.turn.calls:
            self.turn.calls[0].update(self.turn.thoughts.members())
        for place, call in enumerate(self.turn.calls):
            opened = self._calls.get(place)
            if opened is None:  # a call without a name
                opened = _Call(self._next(), call)
                yield opened.added()
            yield from opened.done(call)
            self._output[opened.index] = opened.item(call, "completed")
        reason = _CUT.get(self.turn.finish_reason or "")
        response: JsonObject = {
            "status": "incomplete" if reason else "completed",
            "incomplete_details": {"reason": reason} if reason else None,
            "output": self._output,
            "usage": from_chat(self.turn.usage),
        }
        yield {"type": f"response.{response['status']}", "response": response}

    def _next(self) -> int:
        self._output.append({})
        return len(self._output) - 1

    def _close_message(self) -> Iterator[JsonObject]:
        if self._message is not None:
            yield from self._message.done()
            self._output[self._message.index] = self._message.item("completed")
            self._message = None


class _Message:
    """The message item that is open."""

    def __init__(self, index: int) -> None:
        self.index = index
        self._id = f"msg_{secrets.token_hex(16)}"
        self._parts: list[JsonObject] = []

    def item(self, status: str) -> JsonObject:
        content = [dict(part) for part in self._parts]
        return {"id": self._id, "type": "message", "role": "assistant", "status": status, "content": content}

    def added(self) -> JsonObject:
        return {"type": "response.output_item.added", "output_index": self.index, "item": self.item("in_progress")}

    def delta(self, kind: str, text: str) -> Iterator[JsonObject]:
        part_type = "output_text" if kind == "text" else "refusal"
        if not self._parts or self._parts[-1]["type"] != part_type:
            yield from self._part_done()
            part: JsonObject = {"type": part_type, kind: ""}
            if kind == "text":
                part |= {"annotations": [], "logprobs": []}
            self._parts.append(part)
            yield self._event("response.content_part.added", part=dict(part))
        self._parts[-1][kind] += text
        extra: JsonObject = {"logprobs": []} if kind == "text" else {}
        yield self._event(f"response.{part_type}.delta", delta=text, **extra)

    def done(self) -> Iterator[JsonObject]:
        yield from self._part_done()
        yield {"type": "response.output_item.done", "output_index": self.index, "item": self.item("completed")}

    def _part_done(self) -> Iterator[JsonObject]:
        if not self._parts:
            return
        part = self._parts[-1]
        if part["type"] == "output_text":
            yield self._event("response.output_text.done", text=part["text"], logprobs=[])
        else:
            yield self._event("response.refusal.done", refusal=part["refusal"])
        yield self._event("response.content_part.done", part=dict(part))

    def _event(self, kind: str, **members: Any) -> JsonObject:
        place = {"item_id": self._id, "output_index": self.index, "content_index": len(self._parts) - 1}
        return {"type": kind, **place, **members}


class _Call:
    """One function call."""

    def __init__(self, index: int, call: JsonObject) -> None:
        self.index = index
        self._id = f"fc_{secrets.token_hex(16)}"
        self._told = 0
        self._name = call["function"]["name"]
        self._call_id = call["id"]

    def item(self, call: JsonObject, status: str) -> JsonObject:
        function = call["function"]
        item = {"id": self._id, "type": "function_call", "status": status, "call_id": call["id"]}
        item |= {"name": function["name"], "arguments": function["arguments"]}
        extra = {name: value for name, value in call.items() if name not in _CALL_MEMBERS}
        return {**item, PROVIDER_FIELDS: extra} if extra else item

    def added(self) -> JsonObject:
        item = {"id": self._id, "type": "function_call", "status": "in_progress", "call_id": self._call_id}
        item |= {"name": self._name, "arguments": ""}
        return {"type": "response.output_item.added", "output_index": self.index, "item": item}

    def delta(self, call: JsonObject) -> Iterator[JsonObject]:
        arguments = call["function"]["arguments"]
        if len(arguments) > self._told:
            yield self._event("response.function_call_arguments.delta", delta=arguments[self._told :])
            self._told = len(arguments)

    def done(self, call: JsonObject) -> Iterator[JsonObject]:
        function = call["function"]
        yield from self.delta(call)
        yield self._event("response.function_call_arguments.done", arguments=function["arguments"])
        item = self.item(call, "completed")
        yield {"type": "response.output_item.done", "output_index": self.index, "item": item}

    def _event(self, kind: str, **members: Any) -> JsonObject:
        return {"type": kind, "item_id": self._id, "output_index": self.index, **members}
