from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.fronts.http.answer import Answer
from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.mcp import session as session_module
from mcptui.gateway.fronts.mcp import sessions, streams
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.fronts.mcp.sessions import SessionStore
from mcptui.gateway.fronts.mcp.streams import EventStream
from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.scope import ALL
from mcptui.gateway.snapshot import Snapshot
from mcptui.protocol.sse import EventParser
from mcptui.state.loaded import Loaded
from mcptui.stores.owners import MemoryOwners
from tests.support.gateway import key, state


class Client:
    """One connection: what was written to it."""

    def __init__(self) -> None:
        self._parser = EventParser(limit=2**20)
        self.heard: list[tuple[str | None, bytes]] = []
        self.gone = asyncio.Event()
        incoming = Incoming("GET", "/mcp", b"", {}, None, self._receive, self._send)
        self.answer = Answer(incoming, cancels=False)

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await asyncio.sleep(0)
        self.heard += [(event.id, event.data) for event in self._parser.feed(message.get("body", b""))]


async def test_what_came_before_anybody_listened_is_not_lost() -> None:
    stream, client, second = EventStream("get"), Client(), Client()
    await stream.write(b"1")
    writing = asyncio.create_task(stream.write(b"2"))
    await stream.attach(client.answer, prime=True)
    await writing
    await stream.write(b"3")
    assert client.heard == [("get-0", b""), ("get-1", b"1"), ("get-2", b"2"), ("get-3", b"3")]
    await stream.attach(second.answer, prime=False)
    await stream.write(b"4")
    assert second.heard == [("get-4", b"4")], "what was written once is replayed only to who asks for it"
    stream.detach(client.answer)  # not attached any more
    stream.detach(second.answer)
    await stream.write(b"5")
    await stream.attach(client.answer, after=3, prime=True)
    assert client.heard[4:] == [("get-4", b"4"), ("get-5", b"5")]
    await stream.end()
    await stream.write(b"6")
    assert client.heard[6:] == []
    for each in (client, second):
        each.answer.stop_watching()


async def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "KEPT_EVENTS", 3)
    monkeypatch.setattr(streams, "KEPT_BYTES", 10)
    stream, client = EventStream("s1"), Client()
    for text in (b"a", b"b", b"c", b"d"):
        await stream.write(text)
    await stream.attach(client.answer, after=0, prime=False)
    assert [data for _, data in client.heard] == [b"b", b"c", b"d"]
    await stream.write(b"123456789")
    await stream.write(b"12345678901")
    client.heard.clear()
    await stream.attach(client.answer, after=0, prime=False)
    assert [data for _, data in client.heard] == [b"12345678901"], "the newest is kept whatever its size"
    client.answer.stop_watching()


async def test_finished_streams_and_idle_sessions_go(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[Session] = []
    store = SessionStore(ended.append, Lifetimes(Snapshot(Loaded(state(key("k")), "r"))), MemoryOwners(), "replica")
    idle, listening, calling = (Session(KeyPrincipal("k"), ALL, "2025-11-25", {}) for _ in range(3))
    client = Client()
    for session in (idle, listening, calling):
        await store.add(session)
    await listening.standalone.attach(client.answer, prime=False)
    calling.running[1] = asyncio.ensure_future(asyncio.sleep(0))
    open_stream, finished = calling.new_stream(), calling.new_stream()
    await finished.end()
    store.end_idle()
    assert calling.stream(finished.name) is finished
    monkeypatch.setattr(session_module, "KEPT_FOR", -1.0)
    monkeypatch.setattr(sessions, "IDLE", -1.0)
    store.end_idle()
    assert ended == [idle]
    assert calling.stream(finished.name) is None
    assert calling.stream(open_stream.name) is open_stream
    client.answer.stop_watching()
    await calling.running[1]


class Stalled(Client):
    """Reads when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = asyncio.Event()
        self.has_ended = False

    async def _send(self, message: Any) -> None:
        await self.reads.wait()
        await super()._send(message)
        self.has_ended |= message.get("more_body") is False


async def test_nobody_waits_for_a_client_that_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "WAITING_EVENTS", 10)
    stream, client = EventStream("s1"), Stalled()
    client.reads.set()
    await stream.attach(client.answer, prime=False)
    client.reads.clear()
    tasks = len(asyncio.all_tasks())
    for number in range(1_000):
        stream.put(b"%d" % number)
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) <= tasks + 1
    assert stream.bytes == 30
    client.reads.set()
    await stream.write(b"last")
    heard = [data for _, data in client.heard]
    assert heard[0] in (b"0", b"990")
    assert heard[-10:] == [*(b"%d" % number for number in range(991, 1_000)), b"last"]
    assert not client.has_ended
    client.answer.stop_watching()


async def test_a_stream_with_answers_ends_rather_than_leave_one_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "WAITING_BYTES", 100)
    stream, client, second = EventStream("get", has_answers=True), Stalled(), Client()
    client.reads.set()
    await stream.attach(client.answer, prime=True)
    client.reads.clear()
    for number in range(50):
        stream.put(b"answer %02d" % number)
    client.reads.set()
    await stream.write(b"last")
    assert client.has_ended
    assert not stream.attached
    await stream.attach(second.answer, prime=False)
    assert second.heard[-1][1] == b"last", "the next connection goes on with what is left"
    for each in (client, second):
        each.answer.stop_watching()


async def test_a_session_keeps_so_many_bytes_of_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "_KEPT_BYTES", 100)
    session = Session(KeyPrincipal("k"), ALL, "2025-11-25", {})
    made = []
    for _ in range(5):
        made.append(session.new_stream())
        await made[-1].write(b"x" * 40)
        await made[-1].end()
    running = session.new_stream()
    assert [session.stream(each.name) is each for each in (*made, running)] == [False, False, False, True, True, True]
