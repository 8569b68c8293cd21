"""The demo model: an OpenAI-compatible Chat Completions endpoint that follows fixed rules."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from mcptui.demo.rules import CONTEXT_SIZE, MODEL_NAME, ModelBroken, Reply, reply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from starlette.requests import Request


def demo_model(*, pause: float = 0.0) -> Starlette:
    """The endpoint as an app; ``pause`` seconds lie between the pieces of a streamed answer."""

    async def chat_completions(request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            return _error(400, "the body is not JSON", "invalid_request_error")
        problem = _problem(body) or _too_long(body)
        if problem is not None:
            return problem
        names = [_tool_name(tool) for tool in body.get("tools") or ()]
        try:
            answer = reply(body["messages"], names, body.get("tool_choice", "auto"))
        except ModelBroken:
            return _error(500, "the demo model is broken, as you asked", "server_error")
        if body.get("stream"):
            return StreamingResponse(_events(body, answer, pause), media_type="text/event-stream")
        message = _message(answer)
        choice = {"index": 0, "message": message, "finish_reason": _finish(answer), "logprobs": None}
        return JSONResponse({**_head("chat.completion"), "choices": [choice], "usage": _usage(body, message)})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat_completions, methods=["POST"]),
            Route("/v1/models", _models, methods=["GET"]),
            # A server that requires a login.
            Route("/wiki/mcp", _unauthorized, methods=["GET", "POST"]),
        ]
    )


async def _unauthorized(_request: Request) -> Response:
    return JSONResponse({"error": "invalid_token"}, status_code=401, headers={"WWW-Authenticate": "Bearer"})


async def _models(_request: Request) -> Response:
    model = {"id": MODEL_NAME, "object": "model", "created": 0, "owned_by": "mcptui"}
    return JSONResponse({"object": "list", "data": [model]})


def _problem(body: object) -> Response | None:
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
        return _error(400, "messages must be a list", "invalid_request_error")
    if not all(isinstance(message, dict) for message in body["messages"]):
        return _error(400, "every message must be an object", "invalid_request_error")
    if body.get("model") != MODEL_NAME:
        text = f"the model {body.get('model')!r} does not exist; this is {MODEL_NAME}"
        return _error(404, text, "invalid_request_error", "model_not_found")
    return None


def _too_long(body: Mapping[str, Any]) -> Response | None:
    tokens = _prompt_tokens(body)
    if tokens <= CONTEXT_SIZE:
        return None
    text = f"This model's maximum context length is {CONTEXT_SIZE} tokens. However, your messages have {tokens} tokens."
    return _error(400, text, "invalid_request_error", "context_length_exceeded")


def _error(status: int, message: str, kind: str, code: str | None = None) -> Response:
    return JSONResponse({"error": {"message": message, "type": kind, "param": None, "code": code}}, status)


def _tool_name(tool: object) -> str:
    function = tool.get("function") if isinstance(tool, dict) else None
    return str(function.get("name", "")) if isinstance(function, dict) else ""


def _head(kind: str) -> dict[str, Any]:
    identifier = f"chatcmpl-{secrets.token_hex(8)}"
    return {"id": identifier, "object": kind, "created": int(time.time()), "model": MODEL_NAME}


def _finish(answer: Reply) -> str:
    return "tool_calls" if answer.calls else "stop"


def _message(answer: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": "assistant",
        "content": answer.text or None,
        "refusal": answer.refusal or None,
    }
    if answer.calls:
        message["tool_calls"] = [
            {
                "id": f"call_{secrets.token_hex(8)}",
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
            }
            for call in answer.calls
        ]
    return message


def _usage(body: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, int]:
    prompt = _prompt_tokens(body)
    completion = len(json.dumps(message)) // 4
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _prompt_tokens(body: Mapping[str, Any]) -> int:
    """Four characters a token: close enough for a model that costs nothing."""
    return len(json.dumps([body["messages"], body.get("tools")])) // 4


async def _events(body: Mapping[str, Any], answer: Reply, pause: float) -> AsyncIterator[str]:
    head = _head("chat.completion.chunk")
    message = _message(answer)
    for delta in _deltas(message):
        yield _event({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
        await asyncio.sleep(pause)
    yield _event({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": _finish(answer)}]})
    options = body.get("stream_options")
    if isinstance(options, dict) and options.get("include_usage"):
        yield _event({**head, "choices": [], "usage": _usage(body, message)})
    yield "data: [DONE]\n\n"


def _deltas(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A message in pieces, cut as real models do: text by words, arguments anywhere."""
    yield {"role": "assistant", "content": None if message["content"] is None else ""}
    for word in re.findall(r"\S+\s*|\s+", message["content"] or ""):
        yield {"content": word}
    for word in re.findall(r"\S+\s*", message["refusal"] or ""):
        yield {"refusal": word}
    for index, call in enumerate(message.get("tool_calls", ())):
        function = {"name": call["function"]["name"], "arguments": ""}
        yield {"tool_calls": [{"index": index, "id": call["id"], "type": "function", "function": function}]}
        for piece in re.findall(r".{1,16}", call["function"]["arguments"]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _event(value: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(value)}\n\n"
