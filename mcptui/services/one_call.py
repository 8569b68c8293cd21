"""One call through the gateway without a person, and what its response says."""

from __future__ import annotations

from contextlib import aclosing
from typing import Final, Literal, TypeAlias

from mcptui.errors import McptuiError
from mcptui.model.runtime import Json, JsonObject
from mcptui.schema import JsonTextError, parse_json
from mcptui.services.ports import GatewayPort

#: How a call ends:
#: ok · tool_error: a result with ``isError`` · error: a JSON-RPC error, also that of a denied call.
Outcome: TypeAlias = Literal["ok", "tool_error", "error"]
#: Requests of servers during a call: there is no person to answer them.
_DECLINED: Final[JsonObject] = {"action": "decline"}


async def called(gateway: GatewayPort, method: str, params: JsonObject, key: str | None) -> tuple[Outcome, JsonObject]:
    """How a call ends and its response; requests of the server are declined.

    Raises:
        McptuiError: the gateway does not answer, or not to the end.
    """
    async with aclosing(gateway.call(method, params, key=key)) as events:
        async for event in events:
            if event.type == "ask":
                await gateway.reply(event.value["id"], *_answer(str(event.value.get("method"))))
            elif event.type == "result":
                return ("tool_error" if event.value.get("isError") is True else "ok"), event.value
            elif event.type == "error":
                return "error", event.value
    raise McptuiError("the gateway closed the call without a result")


def text_of(body: JsonObject) -> str:
    """The text of a response: of content, messages and resources; of an error its message."""
    parts = [str(body["message"])] if isinstance(body.get("message"), str) else []
    for name in ("content", "contents"):
        if isinstance(blocks := body.get(name), list):
            parts += [str(block["text"]) for block in blocks if isinstance(block, dict) and "text" in block]
    if isinstance(messages := body.get("messages"), list):
        contents = [message.get("content") for message in messages if isinstance(message, dict)]
        parts += [str(content["text"]) for content in contents if isinstance(content, dict) and "text" in content]
    return "\n".join(parts)


def content_of(body: JsonObject) -> Json:
    """What JSON paths are about: the structured content, else the text where it is JSON, else the whole response."""
    if "structuredContent" in body:
        return body["structuredContent"]
    try:
        return parse_json(text_of(body))
    except JsonTextError:
        return body


def _answer(method: str) -> tuple[Json, Json]:
    """The result and the error for a request of a server."""
    if method == "elicitation/create":
        return _DECLINED, None
    if method == "roots/list":
        return {"roots": []}, None
    return None, {"code": -1, "message": f"The user rejected {method}"}
