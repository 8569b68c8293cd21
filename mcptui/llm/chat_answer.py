"""The events of a response as a completion, whole or streamed."""

from __future__ import annotations

import secrets
import time
from bisect import bisect
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.chat_request import PROVIDER_FIELDS
from mcptui.llm.usage import to_chat

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_FINISH: Final = {"max_output_tokens": "length", "max_messages": "length", "content_filter": "content_filter"}


class ChatAnswer:
    """Takes the events of a run, gives chunks; at the end it has the whole completion.

    What happened with tools of the gateway stands in ``provider_specific_fields`` of the message, as at LiteLLM:
    mcp_list_tools, mcp_tool_calls and mcp_call_results. A call that needs an approval is a tool call of the message.

    Args:
        model: the name to answer with.
        function_name: the function that stands for a tool, by label and name.
    """

    def __init__(self, model: str, function_name: Any) -> None:
        self._function_name = function_name
        self._head = {"id": f"chatcmpl-{secrets.token_hex(16)}", "created": int(time.time()), "model": model}
        self._text = ""
        self._refusal = ""
        self._calls: list[JsonObject] = []
        self._places: dict[int, int] = {}
        self._told: set[int] = set()
        #: Where the calls that have ended stand in the output.
        self._ended: list[int] = []
        self._fields: JsonObject = {"mcp_list_tools": [], "mcp_tool_calls": [], "mcp_call_results": []}
        self._messages = 0
        #: The response at the end.
        self.response: JsonObject = {}

    def take(self, event: JsonObject) -> list[JsonObject]:
        """The chunks that an event brings."""
        match event["type"]:
            case "response.created":
                return [self._chunk({"role": "assistant", "content": ""})]
            case "response.output_text.delta":
                delta = self._separated() + event["delta"]
                self._text += delta
                return [self._chunk({"content": delta})]
            case "response.refusal.delta":
                self._refusal += event["delta"]
                return [self._chunk({"refusal": event["delta"]})]
            case "response.output_item.added" if event["item"]["type"] == "message":
                self._messages += 1
            case "response.output_item.added" if event["item"]["type"] == "function_call":
                return self._call_begins(event["output_index"], event["item"])
            case "response.function_call_arguments.delta" if event["output_index"] in self._places:
                return [self._arguments(event["output_index"], event["delta"])]
            case "response.output_item.done":
                return self._item_done(event["output_index"], event["item"])
            case "response.completed" | "response.incomplete" | "response.failed":
                self.response = event["response"]
        return []

    def last_chunks(self, *, with_usage: bool) -> list[JsonObject]:
        """The chunks at the end."""
        fields = {PROVIDER_FIELDS: self._fields} if any(self._fields.values()) else {}
        chunks = [self._chunk(fields, self._finish())]
        if with_usage:
            usage = to_chat(self.response.get("usage"))
            chunks.append({**self._head, "object": "chat.completion.chunk", "choices": [], "usage": usage})
        return chunks

    def completion(self) -> JsonObject:
        """All of it in one piece."""
        message: JsonObject = {"role": "assistant", "content": self._text or None, "refusal": self._refusal or None}
        if self._calls:
            message["tool_calls"] = self._calls
        if any(self._fields.values()):
            message[PROVIDER_FIELDS] = self._fields
        choice = {"index": 0, "message": message, "finish_reason": self._finish(), "logprobs": None}
        usage = to_chat(self.response.get("usage"))
        return {**self._head, "object": "chat.completion", "choices": [choice], "usage": usage}

    def _separated(self) -> str:
        """What a model says in one round and in the next are paragraphs."""
        if self._messages > 1 and self._text:
            self._messages = 1
            return "\n\n"
        return ""

    def _finish(self) -> str:
        reason = (self.response.get("incomplete_details") or {}).get("reason")
        return _FINISH.get(str(reason), "tool_calls" if self._calls else "stop")

    def _call_begins(self, index: int, item: JsonObject) -> list[JsonObject]:
        """The first chunk of a call; not every provider says that one begins, and some say it twice."""
        if index in self._places:
            return []
        place = self._places[index] = len(self._calls)
        call = {"id": item["call_id"], "type": "function", "function": {"name": item["name"], "arguments": ""}}
        self._calls.append(call)
        return [self._chunk({"tool_calls": [{"index": place, **call, "function": dict(call["function"])}]})]

    def _arguments(self, index: int, delta: str) -> JsonObject:
        place = self._places[index]
        self._calls[place]["function"]["arguments"] += delta
        return self._chunk({"tool_calls": [{"index": place, "function": {"arguments": delta}}]})

    def _item_done(self, index: int, item: JsonObject) -> list[JsonObject]:
        kind = item["type"]
        if kind == "function_call":
            return [*self._call_begins(index, item), *self._call_done(index, item)]
        if kind == "mcp_approval_request":
            function = self._function_name(item["server_label"], item["name"])
            call = {"call_id": item["id"], "name": function, "arguments": item["arguments"]}
            return [*self._call_begins(index, call), *self._call_done(index, call)]
        if kind == "mcp_list_tools":
            self._fields["mcp_list_tools"] += item["tools"]
        elif kind == "mcp_call":
            # Calls end in any order; they are told in that of the model.
            at = bisect(self._ended, index)
            self._ended.insert(at, index)
            function_call = {"name": item["name"], "arguments": item["arguments"]}
            self._fields["mcp_tool_calls"].insert(at, {"id": item["id"], "type": "function", "function": function_call})
            result = {
                "tool_call_id": item["id"],
                "name": item["name"],
                "result": item["output"],
                "error": item["error"],
            }
            self._fields["mcp_call_results"].insert(at, result)
        return []

    def _call_done(self, index: int, item: JsonObject) -> list[JsonObject]:
        call = self._calls[self._places[index]]
        extra = item.get(PROVIDER_FIELDS)
        if isinstance(extra, dict):
            call |= {name: value for name, value in extra.items() if name not in call}
        if call["function"]["arguments"]:
            return []
        return [self._arguments(index, item.get("arguments") or "{}")]

    def _chunk(self, delta: JsonObject, finish: str | None = None) -> JsonObject:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self._head, "object": "chat.completion.chunk", "choices": [choice]}
