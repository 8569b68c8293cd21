"""A request of Chat Completions as one of the Responses API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.arguments import arguments_text
from mcptui.llm.chat_request import CHAT_ONLY, PROVIDER_FIELDS
from mcptui.llm.errors import bad_request, objects_of
from mcptui.llm.thoughts import thoughts_of

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

_SAME: Final = (
    "model",
    "temperature",
    "top_p",
    "user",
    "metadata",
    "service_tier",
    "parallel_tool_calls",
    "prompt_cache_key",
    "safety_identifier",
    "store",
    "stream",
)
#: Translated, or the gateway's own business.
_KNOWN: Final = frozenset(
    {
        *_SAME,
        "messages",
        "tools",
        "tool_choice",
        "max_tokens",
        "max_completion_tokens",
        "reasoning_effort",
        "response_format",
        "verbosity",
        "n",
        "stream_options",
    }
)
_CALL_MEMBERS: Final = frozenset({"id", "type", "function", "index"})


def to_responses(body: JsonObject) -> JsonObject:
    """The request for the Responses API that says the same; tools of type ``mcp`` stay as they are.

    Raises:
        LlmError: it is malformed, or asks for several answers at once.
    """
    if body.get("n") not in (None, 1):
        raise bad_request("n must be 1: tools cannot be called for several answers at once", "n")
    for older, newer in (("functions", "tools"), ("function_call", "tool_choice")):
        if body.get(older) is not None:
            raise bad_request(f"{older} is the older form of {newer}, which is needed here", older)
    request: JsonObject = {name: body[name] for name in _SAME if body.get(name) is not None}
    request["input"] = items_of(body.get("messages"))
    if body.get("tools") is not None:
        request["tools"] = [_tool(tool) for tool in objects_of(body["tools"], "tools", "tools")]
    if body.get("tool_choice") is not None:
        request["tool_choice"] = _tool_choice(body["tool_choice"])
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    if limit is not None:
        request["max_output_tokens"] = limit
    if body.get("reasoning_effort") is not None:
        request["reasoning"] = {"effort": body["reasoning_effort"]}
    if text := _text(body):
        request["text"] = text
    others = {name: value for name, value in body.items() if name not in _KNOWN and value is not None}
    if body.get("max_completion_tokens") is not None:
        others["max_completion_tokens"] = body["max_completion_tokens"]
    return {**request, CHAT_ONLY: others} if others else request


def _tool(tool: JsonObject) -> JsonObject:
    function = tool.get("function")
    if tool.get("type") != "function" or not isinstance(function, Mapping):
        return tool
    return {"type": "function", "parameters": None, "strict": None, **function}


def _tool_choice(choice: Any) -> Any:
    if not isinstance(choice, Mapping):
        return choice
    if isinstance(function := choice.get("function"), Mapping):
        return {"type": "function", "name": function.get("name")}
    if isinstance(allowed := choice.get("allowed_tools"), Mapping):
        tools = [_tool(tool) for tool in objects_of(allowed.get("tools"), "the allowed tools", "tool_choice")]
        return {"type": "allowed_tools", "mode": allowed.get("mode", "auto"), "tools": tools}
    return choice


def _text(body: JsonObject) -> JsonObject:
    text: JsonObject = {}
    wanted = body.get("response_format")
    if isinstance(wanted, Mapping):
        schema = wanted.get("json_schema")
        text["format"] = {"type": wanted.get("type"), **(schema if isinstance(schema, Mapping) else {})}
    if body.get("verbosity") is not None:
        text["verbosity"] = body["verbosity"]
    return text


def items_of(messages: Any) -> list[JsonObject]:
    """The input items that say the same as ``messages``.

    Raises:
        LlmError: they are malformed.
    """
    if messages is None:
        raise bad_request("messages are missing", "messages")
    return [item for message in objects_of(messages, "messages", "messages") for item in _items(message)]


def _items(message: JsonObject) -> Iterator[JsonObject]:
    role, content = message.get("role"), message.get("content")
    if role == "tool":
        yield {"type": "function_call_output", "call_id": message.get("tool_call_id"), "output": _joined(content)}
        return
    if role not in ("user", "system", "developer", "assistant"):
        raise bad_request(f"messages: there is no role {role!r}", "messages")
    if role != "assistant":
        yield {"type": "message", "role": role, "content": content if isinstance(content, str) else _parts(content)}
        return
    if message.get("function_call") is not None:
        raise bad_request("messages: function_call is the older form of tool_calls, which is needed here", "messages")
    if parts := [*_texts(content), *_refusals(message)]:
        yield {"type": "message", "role": role, "content": parts}
    thoughts = thoughts_of(message)
    for call in objects_of(message.get("tool_calls"), "messages: tool_calls", "messages"):
        yield _call(call, thoughts)
        thoughts = {}


def _call(call: JsonObject, thoughts: JsonObject) -> JsonObject:
    function = call.get("function")
    if not isinstance(function, Mapping):
        raise bad_request("messages: a tool call is not that of a function", "messages")
    item = {"type": "function_call", "call_id": call.get("id"), "name": function.get("name")}
    item["arguments"] = arguments_text(function.get("arguments")) or "{}"
    extra = {name: value for name, value in call.items() if name not in _CALL_MEMBERS} | thoughts
    return {**item, PROVIDER_FIELDS: extra} if extra else item


def _texts(content: Any) -> Iterator[JsonObject]:
    """What an assistant said."""
    if text := _joined(content):
        yield {"type": "output_text", "text": text}


def _refusals(message: JsonObject) -> Iterator[JsonObject]:
    """What an assistant refused; it stands beside the text, or among its parts."""
    content = message.get("content")
    among = [part.get("refusal") for part in content] if isinstance(content, list) else []
    for refusal in (*among, message.get("refusal")):
        if refusal:
            yield {"type": "refusal", "refusal": refusal}


def _joined(content: Any) -> str:
    """The texts of ``content``."""
    if isinstance(content, str):
        return content
    parts = objects_of(content, "messages: content that is no string", "messages")
    return "\n".join(text for part in parts if isinstance(text := part.get("text"), str) and text)


def _parts(content: Any) -> list[JsonObject]:
    if content is None:
        raise bad_request("messages: content must be a string or a list of parts", "messages")
    return [_part(part) for part in objects_of(content, "messages: content that is no string", "messages")]


def _part(part: JsonObject) -> JsonObject:
    match part.get("type"):
        case "text":
            return {"type": "input_text", "text": part.get("text")}
        case "image_url" if isinstance(image := part.get("image_url"), Mapping):
            return {"type": "input_image", "image_url": image.get("url"), "detail": image.get("detail") or "auto"}
        case "file" if isinstance(file := part.get("file"), Mapping):
            return {"type": "input_file", **file}
        case "input_audio":
            return {"type": "input_audio", "input_audio": part.get("input_audio")}
    raise bad_request(f"messages: there is no part of type {part.get('type')!r}", "messages")
