"""One writer of event streams: begun once, in order, kept open, and ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.fronts.http import stream
from mcptui.gateway.fronts.http.stream import StreamWriter
from mcptui.protocol.sse import KEEP_ALIVE


class Client:
    """Takes what is sent."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.comments = asyncio.Event()

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        if self.messages.count({"type": "http.response.body", "body": KEEP_ALIVE, "more_body": True}) == 2:
            self.comments.set()


async def test_a_stream_begins_once_and_ends_with_its_last_words() -> None:
    client = Client()
    writer = StreamWriter(client.send, [(b"x-a", b"b")], b"text/event-stream; charset=utf-8")
    await asyncio.gather(writer.open(), writer.open())
    await writer.write(b"data: 1\n\n")
    await writer.end(b"data: [DONE]\n\n")
    head = client.messages[0]
    assert head["status"] == 200
    assert (head["headers"][0], head["headers"][-1]) == (
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"x-a", b"b"),
    )
    assert [(message["body"], message["more_body"]) for message in client.messages[1:]] == [
        (b"data: 1\n\n", True),
        (b"data: [DONE]\n\n", False),
    ]


async def test_comments_keep_a_quiet_stream_open_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_EVERY", 0)
    client = Client()
    writer = StreamWriter(client.send)
    await writer.open()
    async with asyncio.timeout(5):
        await client.comments.wait()
    await writer.end()
    said = len(client.messages)
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(client.messages) == said
    assert client.messages[-1]["more_body"] is False


async def test_a_sign_of_life_that_had_to_wait_is_not_written_into_an_event() -> None:
    sent: list[bytes] = []
    free = asyncio.Event()

    async def send(message: Any) -> None:
        await free.wait()
        sent.append(message["body"])

    writer = StreamWriter(send)
    async with asyncio.TaskGroup() as group:
        for work in (writer.relay(b"data: 1\n\n"), writer.relay(b"data: "), writer.show_life(), writer.relay(b"2\n\n")):
            group.create_task(work)
        group.create_task(writer.show_life())
        group.create_task(asyncio.sleep(0)).add_done_callback(lambda _: free.set())
    assert sent == [b"data: 1\n\n", b"data: ", b"2\n\n", KEEP_ALIVE]


async def test_a_stream_that_is_stopped_while_it_is_opened_shows_no_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_EVERY", 0)
    client, began, go = Client(), asyncio.Event(), asyncio.Event()

    async def send(message: Any) -> None:
        began.set()
        await go.wait()
        await client.send(message)

    writer = StreamWriter(send)
    opening = asyncio.create_task(writer.open())
    await began.wait()
    writer.stop()
    go.set()
    await opening
    for _ in range(10):
        await asyncio.sleep(0)
    assert [message["type"] for message in client.messages] == ["http.response.start"]
