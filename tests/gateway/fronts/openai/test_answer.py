"""Answers in the forms of the OpenAI API."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.fronts.openai.answer import event_of, event_stream, send_error, send_value
from mcptui.llm.errors import LlmError


class Sent:
    """What goes to the client."""

    def __init__(self) -> None:
        self.messages: list[MutableMapping[str, Any]] = []

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        status: int = self.messages[0]["status"]
        return status

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])


async def test_a_value() -> None:
    sent = Sent()
    await send_value(sent, {"a": "ü"})
    assert (sent.status, json.loads(sent.body)) == (200, {"a": "ü"})
    assert sent.headers[b"content-type"] == b"application/json"
    assert int(sent.headers[b"content-length"]) == len(sent.body)


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (LlmError("no", status=400), 400, "no"),
        (LlmError("no", status=429), 429, "no"),
        (LlmError("no"), 502, "no"),
        (McptuiError("no"), 502, "no"),
        (McptuiError("no", hint="log in"), 502, "no. Log in"),
    ],
)
async def test_an_error_has_its_status(error: McptuiError, status: int, message: str) -> None:
    sent = Sent()
    await send_error(sent, error, [(b"x", b"1")])
    assert (sent.status, json.loads(sent.body)["error"]["message"], sent.headers[b"x"]) == (status, message, b"1")
    assert b"retry-after" not in sent.headers


@pytest.mark.parametrize(
    ("said", "told"),
    [("10", b"10"), ("Wed, 21 Oct 2026 07:28:00 GMT", b"Wed, 21 Oct 2026 07:28:00 GMT"), ("10 ✓", b"10 ?")],
)
async def test_when_to_ask_again_is_passed_on(said: str, told: bytes) -> None:
    sent = Sent()
    await send_error(sent, LlmError("no", status=429, retry_after=said))
    assert sent.headers[b"retry-after"] == told


@pytest.mark.parametrize(
    ("name", "event"),
    [(None, b'data: {"a":1}\n\n'), ("response.created", b'event: response.created\ndata: {"a":1}\n\n')],
)
def test_events(name: str | None, event: bytes) -> None:
    assert event_of({"a": 1}, name=name) == event


async def test_a_stream_says_its_encoding() -> None:
    sent = Sent()
    stream = event_stream(sent)
    await stream.open()
    await stream.end(b"data: [DONE]\n\n")
    assert sent.headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert sent.body.endswith(b"data: [DONE]\n\n")
