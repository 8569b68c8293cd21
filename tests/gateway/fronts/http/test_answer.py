"""One answer: JSON, or an event stream from the moment something must stream."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcptui.gateway.fronts.http import client_watch, stream
from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.protocol.sse import KEEP_ALIVE

OWN = [(b"mcp-session-id", b"s")]
EXTRA = [(b"x-one", b"1")]


class Sent:
    """What was sent, as ASGI has it."""

    def __init__(self, accept: str = "application/json") -> None:
        self.messages: list[Any] = []
        #: The same once more, for who waits for it.
        self.coming: asyncio.Queue[Any] = asyncio.Queue()
        self.incoming = Incoming("POST", "/mcp", b"", {"accept": [accept]}, None, self._receive, self._send)

    async def _receive(self) -> Any:
        await asyncio.Event().wait()

    async def _send(self, message: Any) -> None:
        self.messages.append(message)
        self.coming.put_nowait(message)

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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever does not answer at once takes long, and silence is never long."""
    monkeypatch.setattr(client_watch, "WATCH_AFTER", 0)
    monkeypatch.setattr(client_watch, "SHOW_LIFE_AFTER", 0)
    monkeypatch.setattr(stream, "KEEP_ALIVE_EVERY", 0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("accept", "kind", "sign", "last"),
    [
        ("application/json, text/event-stream", b"text/event-stream", KEEP_ALIVE, b"event: message\ndata: {}\n\n"),
        ("application/json", b"application/json", b"\n", b"{}"),
        ("*/*", b"application/json", b"\n", b"{}"),
    ],
)
async def test_what_takes_long_shows_signs_of_life(accept: str, kind: bytes, sign: bytes, last: bytes) -> None:
    sent = Sent(accept)
    with Answer(sent.incoming, headers=OWN, cancels=True) as answer:
        async with asyncio.timeout(10):
            _, *begun = [await sent.coming.get() for _ in range(4)]
        assert begun == [{"type": "http.response.body", "body": sign, "more_body": True}] * 3
        await answer.finish(404, (b"{", b"}"), EXTRA)
    assert (sent.status, sent.headers[b"content-type"], sent.headers[b"mcp-session-id"]) == (200, kind, b"s")
    assert sent.body.endswith(sign + last)
    assert sent.has_ended


@pytest.mark.usefixtures("impatient")
async def test_an_event_has_no_place_in_an_answer_that_has_begun_as_json() -> None:
    sent = Sent()
    with Answer(sent.incoming, cancels=True) as answer:
        await sent.coming.get()
        await answer.event(b'{"n":1}')
        await answer.finish(200, b"{}")
    assert sent.body.strip() == b"{}"


@pytest.mark.usefixtures("impatient")
async def test_what_is_answered_this_moment_begins_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Sent()
    with Answer(sent.incoming, cancels=True) as answer:
        answer.takes_long()
        await answer.finish(404, b"{}")
        for _ in range(10):
            await asyncio.sleep(0)
    assert (sent.status, sent.body) == (404, b"{}")
    assert [message["type"] for message in sent.messages].count("http.response.start") == 1


@pytest.mark.usefixtures("impatient")
async def test_a_front_says_how_it_begins() -> None:
    sent, begun = Sent(), asyncio.Event()

    async def begin() -> None:
        begun.set()

    with Answer(sent.incoming, cancels=True) as answer:
        answer.begin = begin
        await begun.wait()
        await answer.finish(200, b"{}")
    assert sent.headers[b"content-length"] == b"2"
