"""One answer: JSON, or an event stream from the moment something must stream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.http.incoming import Incoming

OWN = [(b"mcp-session-id", b"s")]
EXTRA = [(b"x-one", b"1")]


class Sent:
    """What was sent, as ASGI has it."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.incoming = Incoming("POST", "/mcp", b"", {}, None, self._receive, self._send)

    async def _receive(self) -> Any:
        await asyncio.Event().wait()

    async def _send(self, message: Any) -> None:
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
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    @property
    def has_ended(self) -> bool:
        return not self.messages[-1].get("more_body", False)


async def test_without_anything_to_stream_it_is_one_json_body() -> None:
    sent = Sent()
    with Answer(sent.incoming, headers=OWN, cancels=True) as answer:
        await answer.finish(404, (b'{"a":', b"1}"), EXTRA)
    assert (sent.status, sent.body, sent.has_ended) == (404, b'{"a":1}', True)
    assert sent.headers == {
        b"content-type": b"application/json",
        b"content-length": b"7",
        b"mcp-session-id": b"s",
        b"x-one": b"1",
    }


async def test_once_something_streamed_the_end_is_an_event_and_the_status_200() -> None:
    sent = Sent()
    with Answer(sent.incoming, headers=OWN, cancels=True) as answer:
        await answer.event(b'{"n":1}')
        assert not sent.has_ended
        await answer.finish(404, (b'{"n":', b"2}"))
    assert (sent.status, sent.headers[b"content-type"], sent.headers[b"mcp-session-id"]) == (
        200,
        b"text/event-stream",
        b"s",
    )
    assert sent.body == b'event: message\ndata: {"n":1}\n\nevent: message\ndata: {"n":2}\n\n'
    assert sent.has_ended
    assert [message["type"] for message in sent.messages].count("http.response.start") == 1


async def test_an_event_without_data_has_no_name() -> None:
    sent = Sent()
    with Answer(sent.incoming, cancels=False) as answer:
        await answer.event(b"", id_="7", retry_ms=500)
        await answer.end()
    assert b"event:" not in sent.body
    assert b"id: 7" in sent.body
    assert b"retry: 500" in sent.body
    assert sent.has_ended


@pytest.mark.parametrize("end", [lambda answer: answer.finish(200, b"{}"), lambda answer: answer.end()])
async def test_after_the_end_nobody_is_watched(end: Callable[[Answer], Awaitable[None]]) -> None:
    sent = Sent()
    with Answer(sent.incoming, cancels=False) as answer:
        await end(answer)
        # It would wait for a client that never goes.
        await answer.gone()
    assert not answer.left
