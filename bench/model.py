"""The cheapest provider of a model: Chat Completions, streamed. ``python -m bench.model`` prints its port.

Where tools are offered it calls the first one with what the person said, then says what it was asked; without
tools it says the same hundred words every time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import orjson
from starlette.types import Receive, Scope, Send

from bench.serve import serve

_WORDS: Final = [f"word{index} " for index in range(100)]
#: Between the first piece and the others, seconds.
_PAUSE: Final = 0.005
_HEAD: Final = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
_USAGE: Final = {"prompt_tokens": 10, "completion_tokens": 100, "total_tokens": 110}


async def model(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    for number, chunk in enumerate(_chunks(orjson.loads(body))):
        await send({"type": "http.response.body", "body": b"data: " + chunk + b"\n\n", "more_body": True})
        if number == 0:
            # As models do; otherwise the first piece waits on two cores for the making of the other ones.
            await asyncio.sleep(_PAUSE)
    await send({"type": "http.response.body", "body": b"data: [DONE]\n\n"})


def _chunks(request: dict[str, Any]) -> Iterator[bytes]:
    messages = request["messages"]
    asked = next(message["content"] for message in messages if message["role"] == "user")
    if request.get("tools") and messages[-1]["role"] == "user":
        function = {
            "name": request["tools"][0]["function"]["name"],
            "arguments": orjson.dumps({"text": asked}).decode(),
        }
        yield _chunk({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]})
        yield _chunk({}, "tool_calls")
    else:
        for word in [asked] if request.get("tools") else _WORDS:
            yield _chunk({"content": word})
        yield _chunk({}, "stop")
    yield orjson.dumps({**_HEAD, "choices": [], "usage": _USAGE})


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    return orjson.dumps({**_HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


if __name__ == "__main__":
    serve(model)
