"""Questions to the client of a session, and on which stream they go."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.scope import ALL
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.tasks import start_task
from tests.support.questions import ANSWERS, question


class Stream:
    """Keeps the messages that are written to it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.written = asyncio.Event()

    async def write(self, data: bytes) -> None:
        self.messages.append(jsonrpc.decode(data))
        self.written.set()


def session(**capabilities: Any) -> Session:
    return Session(KeyPrincipal("k"), ALL, "2025-11-25", {"capabilities": capabilities})


@pytest.mark.parametrize(
    ("kind", "capabilities"),
    [
        ("form", {}),
        ("form", {"sampling": {}, "roots": {}}),
        ("form", {"elicitation": {"url": {}}}),
        ("url", {"elicitation": {}}),
        ("sampling", {"elicitation": {}, "roots": {}}),
        ("roots", {"elicitation": {}, "sampling": {}}),
    ],
)
async def test_a_client_is_asked_nothing_that_it_did_not_declare(kind: str, capabilities: dict[str, Any]) -> None:
    stream: Any = Stream()
    with pytest.raises(RpcError):
        await session(**capabilities).ask(stream, *question(kind, "handshake"))
    assert stream.messages == []


@pytest.mark.parametrize("kind", ANSWERS)
async def test_a_question_and_its_answer(kind: str) -> None:
    asked, stream = session(elicitation={"form": {}, "url": {}}, sampling={}, roots={}), Stream()
    method, params = question(kind, "handshake")
    waiting = start_task(asked.ask(stream, method, params), name="ask", awaited=True)  # type: ignore[arg-type]
    await stream.written.wait()
    (message,) = stream.messages
    assert (message["method"], message["params"]) == (method, params)
    asked.take_answer({"id": message["id"], "result": ANSWERS[kind]})
    assert await waiting == ANSWERS[kind]


@pytest.mark.parametrize(
    ("answer", "said"),
    [({"error": {"code": -1, "message": "not today"}}, "not today"), ({"result": 1}, "not an object")],
)
async def test_what_is_no_answer_is_an_error(answer: dict[str, Any], said: str) -> None:
    asked, stream = session(roots={}), Stream()
    waiting = start_task(asked.ask(stream, "roots/list", {}), name="ask", awaited=True)  # type: ignore[arg-type]
    await stream.written.wait()
    asked.take_answer({"id": "unknown", **answer})
    asked.take_answer({"id": stream.messages[0]["id"], **answer})
    with pytest.raises(RpcError, match=said):
        await waiting


async def test_a_question_that_is_needed_no_longer_is_taken_back() -> None:
    asked, stream = session(roots={}), Stream()
    waiting = start_task(asked.ask(stream, "roots/list", {}), name="ask", awaited=True)  # type: ignore[arg-type]
    await stream.written.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert stream.messages[1]["method"] == "notifications/cancelled"
    assert stream.messages[1]["params"]["requestId"] == stream.messages[0]["id"]


class Attached:
    """A stream that a client may hold open."""

    def __init__(self, *, attached: bool) -> None:
        self.attached = attached
        self.messages: list[str] = []

    def put(self, data: bytes) -> None:
        self.messages.append(jsonrpc.decode(data)["method"])

    async def write(self, data: bytes) -> None:
        self.put(data)

    def release(self) -> None:
        pass


ENDED, CHANGED = "notifications/elicitation/complete", "notifications/tools/list_changed"


@pytest.mark.parametrize(
    ("holds_stream", "calls", "where"), [(True, 0, "own"), (True, 2, "own"), (False, 2, "newest"), (False, 0, "own")]
)
async def test_what_belongs_to_no_request_takes_the_stream_that_is_open(
    holds_stream: bool, calls: int, where: str
) -> None:
    client = session(roots={})
    own: Any = Attached(attached=holds_stream)
    client.standalone = own
    streams: list[Any] = [Attached(attached=True) for _ in range(calls)]

    def opener(stream: Any) -> Any:
        async def opened() -> Any:
            return stream

        return opened

    client.answering = {number: opener(stream) for number, stream in enumerate(streams)}
    client.say(ENDED, {})
    asking = start_task(client.ask_outside("roots/list", {}), name="ask", awaited=True)
    client.say(CHANGED, {})
    if client._saying is not None:
        await client._saying
    await asyncio.sleep(0)
    taken = own if where == "own" else streams[-1]
    assert sorted(message for message in taken.messages if message != CHANGED) == [ENDED, "roots/list"]
    assert CHANGED in own.messages, "it can wait for the client's own stream"
    client.end()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(RpcError, match="the client has gone"):
        await client.ask_outside("roots/list", {})
