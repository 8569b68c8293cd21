from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.upstream import streamable
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.connect import ConnectionDeps, Identity, connect
from mcptui.upstream.errors import FloodError, NotMcpError, NotReadError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.negotiation import Negotiated
from tests.support.upstream import Incoming, ScriptedUpstream, text

Opener = Callable[..., Awaitable[Connection]]


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream() as server:
        yield server


@pytest.fixture
async def open_(tools: ConnectionDeps, upstream: ScriptedUpstream) -> AsyncIterator[Opener]:
    opened: list[Connection] = []

    async def open_(announce: Any = None) -> Connection:
        config = Server(name="s", url=upstream.url, transport="http", spec_version="2025-11-25", timeout=5)
        connection = await connect(config, tools, Identity(), Negotiated(), announce or (lambda *_: None))
        opened.append(connection)
        return connection

    yield open_
    await asyncio.gather(*(connection.close() for connection in opened))


def call(name: str = "t", **more: Any) -> Call:
    return Call(
        method="tools/call", params={"name": name, **more.pop("params", {})}, timeout=more.pop("timeout", 5), **more
    )


async def hang(incoming: Incoming) -> dict[str, Any]:
    await asyncio.Event().wait()
    return {}


async def ok(incoming: Incoming) -> dict[str, Any]:
    return text("ok")


async def test_session_and_version_go_with_every_request(open_: Opener, upstream: ScriptedUpstream) -> None:
    upstream.tools["t"] = ok
    connection = await open_()
    await upstream.listened()
    assert await connection.request(call()) == text("ok")
    await connection.close()
    first, *later = upstream.seen
    assert "mcp-session-id" not in first.headers
    assert [seen.http_method for seen in later if seen.message is None] == ["GET", "DELETE"]
    for seen in later:
        assert seen.headers["mcp-session-id"] == "s1"
        if seen.message is None or seen.message["method"] != "notifications/initialized":
            assert seen.headers["mcp-protocol-version"] == "2025-11-25"
    assert connection.closed


async def test_progress_logs_and_questions_on_the_stream_of_the_call(open_: Opener, upstream: ScriptedUpstream) -> None:
    async def busy(incoming: Incoming) -> dict[str, Any]:
        token = incoming.params["_meta"]["progressToken"]
        await incoming.notify("notifications/progress", {"progressToken": token, "progress": 1})
        await incoming.notify("notifications/message", {"level": "info", "data": "x"})
        answer = await incoming.ask("elicitation/create", {"message": "?"})
        return text(json.dumps(answer["result"]))

    heard: list[Any] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append((method, params))

    async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        return {"action": "decline", "asked": params["message"]}

    upstream.tools["t"] = busy
    connection = await open_()
    params = {"_meta": {"progressToken": "mine"}}
    result = await connection.request(call(params=params, notify=notify, ask=ask, log_level="debug"))
    assert result == text('{"action": "decline", "asked": "?"}')
    assert heard == [
        ("notifications/progress", {"progressToken": "mine", "progress": 1}),
        ("notifications/message", {"level": "info", "data": "x"}),
    ]


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_errors_keep_code_message_and_data(open_: Opener, upstream: ScriptedUpstream, status: int) -> None:
    error = {"code": -32042, "message": "log in first", "data": {"elicitations": []}}

    async def refuse(request: web.Request) -> web.Response | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") != "tools/call":
            return None
        return web.json_response({"jsonrpc": "2.0", "id": message["id"], "error": error}, status=status)

    connection = await open_()
    upstream.raw = refuse
    with pytest.raises(RpcError) as caught:
        await connection.request(call())
    assert caught.value.to_wire() == error


@pytest.mark.parametrize("kind", ["null-id", "none", "html", "202", "empty-stream"])
async def test_answers_that_are_none(open_: Opener, upstream: ScriptedUpstream, kind: str) -> None:
    async def lie(request: web.Request) -> web.Response | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") != "tools/call":
            return None
        error = {"code": -1, "message": "refused"}
        return {
            "null-id": web.json_response({"jsonrpc": "2.0", "id": None, "error": error}, status=400),
            "none": web.json_response(None),
            "html": web.Response(text="<html>", content_type="text/html"),
            "202": web.Response(status=202),
            "empty-stream": web.Response(text=": nothing\n\n", content_type="text/event-stream"),
        }[kind]

    connection = await open_()
    upstream.raw = lie
    with pytest.raises(RpcError if kind == "null-id" else UpstreamError) as caught:
        await connection.request(call(timeout=2))
    if isinstance(caught.value, UpstreamError):
        assert isinstance(caught.value, NotMcpError) or caught.value.ran
    upstream.raw = None
    upstream.tools["t"] = ok
    assert await connection.request(call()) == text("ok")


async def test_a_forgotten_session(open_: Opener, upstream: ScriptedUpstream) -> None:
    connection = await open_()
    upstream.forget_sessions()
    with pytest.raises(NotReadError, match="forgotten the session"):
        await connection.request(call())
    assert connection.closed


LOST = {"jsonrpc": "2.0", "id": None, "error": {"code": -32000, "message": "Session not found"}}


@pytest.mark.parametrize("stream", [False, True])
async def test_what_an_answer_begins_with_may_say_that_the_session_is_gone(
    open_: Opener, upstream: ScriptedUpstream, stream: bool
) -> None:
    async def forgetful(request: web.Request) -> web.Response | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") != "tools/call":
            return None
        if stream:
            return web.Response(text=f": hello\n\ndata: {json.dumps(LOST)}\n\n", content_type="text/event-stream")
        return web.json_response(LOST)

    connection = await open_()
    upstream.raw = forgetful
    with pytest.raises(NotReadError, match="forgotten the session"):
        await connection.request(call())
    assert connection.closed


@pytest.mark.parametrize("before", ["notification", "no-data", "resumed"])
async def test_what_comes_later_says_nothing_about_the_session(
    open_: Opener, upstream: ScriptedUpstream, before: str
) -> None:
    """The call has begun: it must not be sent again."""
    note = json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": 1}})
    lost = f"id: 2\ndata: {json.dumps(LOST)}\n\n"

    async def late(request: web.Request) -> web.Response | None:
        if request.headers.get("last-event-id") == "1":
            return web.Response(text=lost, content_type="text/event-stream")
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") != "tools/call":
            return None
        first = f"id: 1\nretry: 1\ndata: {note if before == 'notification' else ''}\n\n"
        return web.Response(text=first + (lost if before != "resumed" else ""), content_type="text/event-stream")

    connection = await open_()
    upstream.raw = late
    with pytest.raises(RpcError, match="Session not found"):
        await connection.request(call())
    assert not connection.closed


async def test_cancellation_and_timeout_reach_the_server(open_: Opener, upstream: ScriptedUpstream) -> None:
    upstream.tools["t"] = hang
    connection = await open_()
    task = asyncio.create_task(connection.request(call()))
    await upstream.until(lambda: bool(upstream.messages("tools/call")))
    task.cancel()
    await upstream.until(lambda: len(upstream.messages("notifications/cancelled")) == 1)
    with pytest.raises(UpstreamTimeoutError):
        await connection.request(call(timeout=0.05))
    await upstream.until(lambda: len(upstream.messages("notifications/cancelled")) == 2)
    ids = [message["id"] for message in upstream.messages("tools/call")]
    assert [note["params"]["requestId"] for note in upstream.messages("notifications/cancelled")] == ids


async def test_what_is_announced_outside_calls(open_: Opener, upstream: ScriptedUpstream) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    await open_(lambda method, params: heard.put_nowait(method))
    await upstream.listened()
    upstream.announce("notifications/tools/list_changed")
    async with asyncio.timeout(5):
        assert await heard.get() == "notifications/tools/list_changed"


async def test_after_a_good_stretch_the_pauses_of_the_stream_begin_anew(
    open_: Opener, upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamable, "_REOPEN", (0.0, 600.0))
    monkeypatch.setattr(streamable, "_GOOD", 0.0)

    async def ends_at_once(request: web.Request) -> web.Response | None:
        return None if request.method != "GET" else web.Response(text=":\n\n", content_type="text/event-stream")

    upstream.raw = ends_at_once
    await open_()
    async with asyncio.timeout(10):
        await upstream.until(lambda: sum(seen.http_method == "GET" for seen in upstream.seen) > 3)


@pytest.mark.parametrize("broken", ["ended", "cut"])
async def test_a_broken_stream_with_event_ids_is_resumed(
    open_: Opener, upstream: ScriptedUpstream, broken: str
) -> None:
    ids: list[int] = []

    async def polling(request: web.Request) -> web.StreamResponse | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") == "tools/call":
            ids.append(message["id"])
            response = web.StreamResponse(headers={"content-type": "text/event-stream"})
            await response.prepare(request)
            await response.write(b"id: s-1\nretry: 10\ndata:\n\n")
            if broken == "cut":
                assert request.transport is not None
                request.transport.close()
            return response
        if request.headers.get("last-event-id") == "s-1":
            answer = json.dumps({"jsonrpc": "2.0", "id": ids[0], "result": text("late")})
            return web.Response(text=f"id: s-2\ndata: {answer}\n\n", content_type="text/event-stream")
        return None

    connection = await open_()
    upstream.raw = polling
    assert await connection.request(call()) == text("late")
    assert len(ids) == 1


async def test_a_resumed_stream_that_stays_open_after_the_answer_is_closed(
    open_: Opener, upstream: ScriptedUpstream
) -> None:
    ids: list[int] = []
    was_closed = asyncio.Event()

    async def polling(request: web.Request) -> web.StreamResponse | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") == "tools/call":
            ids.append(message["id"])
            return web.Response(text="id: s-1\nretry: 10\ndata:\n\n", content_type="text/event-stream")
        if request.headers.get("last-event-id") != "s-1":
            return None
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        answer = json.dumps({"jsonrpc": "2.0", "id": ids[0], "result": text("late")})
        await response.write(f"id: s-2\ndata: {answer}\n\n".encode())
        try:
            await asyncio.Event().wait()
        finally:
            was_closed.set()
        return response

    connection = await open_()
    upstream.raw = polling
    assert await connection.request(call()) == text("late")
    async with asyncio.timeout(10):
        await was_closed.wait()


async def test_a_broken_stream_without_event_ids_is_not_repeated(open_: Opener, upstream: ScriptedUpstream) -> None:
    async def cut(request: web.Request) -> web.StreamResponse | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") != "tools/call":
            return None
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": begun\n\n")
        assert request.transport is not None
        request.transport.close()
        return response

    connection = await open_()
    upstream.raw = cut
    with pytest.raises(UpstreamError) as caught:
        await connection.request(call())
    assert caught.value.ran
    assert len(upstream.messages("tools/call")) == 1


async def test_of_a_session_that_is_given_up_while_it_is_opened_nothing_stays(
    tools: ConnectionDeps, upstream: ScriptedUpstream
) -> None:
    """It waits for what the server does about the roots of its client."""
    upstream.handlers["ping"] = hang
    config = Server(name="s", url=upstream.url, transport="http", spec_version="2025-11-25", timeout=5)
    identity = Identity(capabilities={"roots": {}})
    opening = asyncio.create_task(connect(config, tools, identity, Negotiated(), lambda *_: None))
    async with asyncio.timeout(10):
        await upstream.until(lambda: bool(upstream.messages("ping")))
        await upstream.listened()
        assert len(upstream.sessions) == 1
        opening.cancel()
        await asyncio.wait([opening])
        await upstream.until(lambda: not upstream.sessions)
        await upstream.until(lambda: not upstream._listeners)


async def test_a_flood_of_questions_ends_the_session(open_: Opener, upstream: ScriptedUpstream) -> None:
    async def flood(incoming: Incoming) -> dict[str, Any]:
        for number in range(5_000):
            await incoming.send({"jsonrpc": "2.0", "id": f"p{number}", "method": "ping"})
        await asyncio.Event().wait()
        return {}

    upstream.tools["t"] = flood
    connection = await open_()
    with pytest.raises(FloodError):
        await connection.request(call(timeout=30))
    assert connection.closed
