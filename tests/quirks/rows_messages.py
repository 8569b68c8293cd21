"""Messages that deviate, whatever carries them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tests.quirks.row import ALL, HTTP, Failure, Message, Over, Row, Said

ON_ONE_PIPE: tuple[Over, ...] = ("sse", "stdio", "stateless stdio")


def with_error_null(reply: Message, _: Message) -> Iterable[Said]:
    yield reply if "error" in reply else {**reply, "error": None}


def with_id_as_text(reply: Message, _: Message) -> Iterable[Said]:
    yield {**reply, "id": str(reply["id"])}


def with_a_repeated_member(reply: Message, request: Message) -> Iterable[Said]:
    text = json.dumps(reply)
    yield text.replace('"content":', '"content": [], "content":') if request["method"] == "tools/call" else text


def with_unasked_answers(reply: Message, _: Message) -> Iterable[Said]:
    yield {"jsonrpc": "2.0", "id": 999_999_999_999, "result": {}}
    yield reply


def failing_without_id(reply: Message, request: Message) -> Iterable[Said]:
    if request["method"] == "tools/call":
        yield {"jsonrpc": "2.0", "id": None, "error": {"code": -32603, "message": "it broke"}}
    else:
        yield reply


ROWS = [
    Row(name="nothing deviates", over=ALL, steps=("tools", "prompts", "resources", "templates", "call echo")),
    Row(name="error null beside a result", over=ALL, say=with_error_null, fails=("typescript",)),
    Row(name="ids come back as texts", over=ALL, say=with_id_as_text),
    Row(name="a member is repeated", over=ALL, say=with_a_repeated_member),
    Row(name="an answer to nothing", over=ON_ONE_PIPE, say=with_unasked_answers),
    Row(name="an error without an id", over=HTTP, say=failing_without_id, steps=("tools", "call echo"),
        wanted={"call echo": Failure("it broke")}, fails=("python", "typescript")),
]  # fmt: skip
