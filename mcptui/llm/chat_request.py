"""A request of the Responses API as one of Chat Completions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.errors import bad_request, objects_of, table_of
from mcptui.llm.thoughts import THOUGHTS, thoughts_of

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

#: Where a request in the form of the Responses API carries options that only Chat Completions has.
CHAT_ONLY: Final = "mcptui_chat_only"
#: Of these, what the request says in words of the Responses API too.
SAID_TWICE: Final = frozenset({"max_completion_tokens"})
#: What some providers put beside a call and must get back (Gemini's thought signatures).
PROVIDER_FIELDS: Final = "provider_specific_fields"
#: What stands before pictures that a tool returned.
RETURNED_BESIDE: Final = "(What the tools returned beside text:)"

_SAME: Final = ("temperature", "top_p", "user", "service_tier", "metadata", "prompt_cache_key", "safety_identifier")


def to_chat(body: JsonObject) -> JsonObject:
    """The request for Chat Completions that says the same.

    Raises:
        LlmError: it uses something that Chat Completions does not have.
    """
    chat: JsonObject = {name: body[name] for name in _SAME if body.get(name) is not None}
    chat |= table_of(body, CHAT_ONLY)
    instructions = body.get("instructions")
    messages: list[JsonObject] = [{"role": "system", "content": instructions}] if instructions else []
    chat["messages"] = messages + messages_of(body["input"])
    if body.get("max_output_tokens") is not None and "max_completion_tokens" not in chat:
        chat["max_tokens"] = body["max_output_tokens"]
    chat |= _reasoning(body) | _text(body)
    tools = [_tool(tool) for tool in objects_of(body.get("tools"), "tools", "tools")]
    if tools:
        chat["tools"] = tools
        if body.get("tool_choice") is not None:
            chat["tool_choice"] = _tool_choice(body["tool_choice"])
        if body.get("parallel_tool_calls") is not None:
            chat["parallel_tool_calls"] = body["parallel_tool_calls"]
    return chat


def _reasoning(body: JsonObject) -> JsonObject:
    effort = table_of(body, "reasoning").get("effort")
    return {} if effort is None else {"reasoning_effort": effort}


def _text(body: JsonObject) -> JsonObject:
    text = table_of(body, "text")
    chat: JsonObject = {} if text.get("verbosity") is None else {"verbosity": text["verbosity"]}
    wanted = table_of(text, "format")
    if wanted.get("type") == "json_schema":
        schema = {name: value for name, value in wanted.items() if name != "type" and value is not None}
        chat["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif wanted.get("type") == "json_object":
        chat["response_format"] = {"type": "json_object"}
    return chat


def _tool(tool: JsonObject) -> JsonObject:
    if tool.get("type") != "function":
        raise bad_request(f"this model's provider has no tools of type {tool.get('type')!r}", "tools")
    names = ("name", "description", "parameters", "strict")
    return {"type": "function", "function": {name: tool[name] for name in names if tool.get(name) is not None}}


def _tool_choice(choice: Any) -> Any:
    if not isinstance(choice, Mapping):
        return choice
    if choice.get("type") == "function":
        return {"type": "function", "function": {"name": choice.get("name")}}
    raise bad_request(f"this model's provider has no tool_choice of type {choice.get('type')!r}", "tool_choice")


def messages_of(items: Iterable[JsonObject]) -> list[JsonObject]:
    """The messages of Chat Completions that say the same as ``items``."""
    messages = _Messages()
    for item in items:
        messages.add(item)
    return messages.finished()


class _Messages:
    """Messages while they are put together."""

    def __init__(self) -> None:
        self._messages: list[JsonObject] = []
        # Tool messages hold text only; their images follow in a message of the user's.
        self._images: list[JsonObject] = []

    def add(self, item: JsonObject) -> None:
        kind = item.get("type", "message")
        if kind != "function_call_output":
            self._put_images()
        if kind == "message":
            self._messages.append(_message(item))
        elif kind == "function_call":
            self._call(item)
        elif kind == "function_call_output":
            self._output(item)
        elif kind != "reasoning":  # other models' thoughts are of no use to anybody
            raise bad_request(f"this model's provider takes no input items of type {kind!r}", "input")

    def finished(self) -> list[JsonObject]:
        self._put_images()
        return self._messages

    def _call(self, item: JsonObject) -> None:
        function = {"name": item.get("name"), "arguments": item.get("arguments") or "{}"}
        call = {"id": item.get("call_id"), "type": "function", "function": function}
        extra = found if isinstance(found := item.get(PROVIDER_FIELDS), Mapping) else {}
        call = {**{name: value for name, value in extra.items() if name not in THOUGHTS}, **call}
        last = self._messages[-1] if self._messages else {}
        if last.get("role") != "assistant":
            last = {"role": "assistant", "content": None}
            self._messages.append(last)
        last |= thoughts_of(extra)
        last.setdefault("tool_calls", []).append(call)

    def _output(self, item: JsonObject) -> None:
        output = item.get("output")
        if isinstance(output, list):
            parts = objects_of(output, "input: the output of a call", "input")
            self._images += [_part(part) for part in parts if part.get("type") != "input_text"]
            output = "\n".join(str(part.get("text")) for part in parts if part.get("type") == "input_text")
        self._messages.append({"role": "tool", "tool_call_id": item.get("call_id"), "content": output or ""})

    def _put_images(self) -> None:
        if self._images:
            told = {"type": "text", "text": RETURNED_BESIDE}
            self._messages.append({"role": "user", "content": [told, *self._images]})
            self._images = []


def _message(item: JsonObject) -> JsonObject:
    role = item.get("role")
    # Few providers know the role that replaced "system".
    message: JsonObject = {"role": "system" if role == "developer" else role}
    content = item.get("content")
    if isinstance(content, str) or content is None:
        return {**message, "content": content}
    content = objects_of(content, "input: content that is no string", "input")
    if role == "assistant":
        refusal = _joined(content, "refusal")
        return {**message, "content": _joined(content, "text") or None} | ({"refusal": refusal} if refusal else {})
    parts = [_part(part) for part in content]
    if all(part["type"] == "text" for part in parts):
        return {**message, "content": "\n".join(str(part["text"]) for part in parts)}
    return {**message, "content": parts}


def _joined(parts: Sequence[JsonObject], member: str) -> str:
    return "".join(str(part[member]) for part in parts if isinstance(part.get(member), str))


def _part(part: JsonObject) -> JsonObject:
    match part.get("type"):
        case "input_text" | "output_text" | "text":
            return {"type": "text", "text": part.get("text")}
        case "input_image" if part.get("image_url"):
            image = {"url": part["image_url"], "detail": part.get("detail") or "auto"}
            return {"type": "image_url", "image_url": image}
        case "input_file":
            names = ("file_id", "file_data", "filename")
            return {"type": "file", "file": {name: part[name] for name in names if part.get(name)}}
        case "input_audio":
            return {"type": "input_audio", "input_audio": part.get("input_audio")}
    raise bad_request(f"this model's provider takes no {part.get('type')!r} in a message", "input")
