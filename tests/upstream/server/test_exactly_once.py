"""Whatever ends a session, a connection or a process: no call runs twice, and the next one works."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.upstream.connect import Identity
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.server.server import UpstreamServer
from tests.support.running_server import ALICE, Starter, call, stdio, use
from tests.support.upstream import Incoming, ScriptedUpstream, text

Answer = Callable[[Any], web.Response]


def rpc(status: int, code: int, message: str, *, own_id: bool = False) -> Answer:
    def answer(message_: Any) -> web.Response:
        id_ = message_["id"] if own_id else None
        body = {"jsonrpc": "2.0", "id": id_, "error": {"code": code, "message": message}}
        return web.json_response(body, status=status)

    return answer


def plain(status: int, body: str = "", kind: str = "text/plain") -> Answer:
    return lambda _: web.Response(status=status, text=body, content_type=kind)


#: How servers say that they do not know the session of a request.
LOST: dict[str, Answer] = {
    "404": plain(404),
    "404 with an error": rpc(404, -32001, "Session not found"),
    "400 of the TypeScript examples": rpc(400, -32000, "Bad Request: No valid session ID provided"),
    "400 that repeats the id": rpc(400, -32000, "Bad Request: No valid session ID provided", own_id=True),
    "404 that repeats the id": rpc(404, -32600, "Session terminated", own_id=True),
    "400 after a restart": rpc(400, -32000, "Bad Request: Server not initialized"),
    "400 in JSON": plain(400, '{"error": "Invalid or missing session ID"}', "application/json"),
    "400 in words": plain(400, "Invalid session ID"),
    "401 of the Rust SDK": plain(401, "Unauthorized: Session not found"),
    "503": plain(503, '{"error": "unknown session"}', "application/json"),
    "200": rpc(200, -32000, "Session not found"),
}


class Slow:
    """A tool that answers when it is let."""

    def __init__(self) -> None:
        self.runs = 0
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def __call__(self, incoming: Incoming) -> dict[str, Any]:
        self.runs += 1
        self.begun.set()
        await self.go.wait()
        return text("slow")


@pytest.fixture
def slow(upstream: ScriptedUpstream) -> Slow:
    upstream.tools["slow"] = slow = Slow()
    return slow


def runs(upstream: ScriptedUpstream, name: str) -> int:
    return sum(message["params"]["name"] == name for message in upstream.messages("tools/call"))


def refuse_old_sessions(upstream: ScriptedUpstream, answer: Answer) -> None:
    """From now on the sessions so far are unknown, and that is said with ``answer``."""
    old = set(upstream.sessions)
    upstream.forget_sessions()

    async def refuse(request: web.Request) -> web.Response | None:
        if request.method != "POST" or request.headers.get("mcp-session-id") not in old:
            return None
        return answer(await request.json())

    upstream.raw = refuse


@pytest.mark.parametrize("how", LOST)
async def test_a_slow_call_beside_a_lost_session(
    start: Starter, upstream: ScriptedUpstream, slow: Slow, how: str
) -> None:
    running = await start()
    waiting = asyncio.create_task(use(running, name="slow"))
    await slow.begun.wait()
    refuse_old_sessions(upstream, LOST[how])
    others = await asyncio.gather(*(use(running) for _ in range(3)))
    assert len(set(others)) == 1, "one new session"
    slow.go.set()
    assert await waiting == "slow"
    assert slow.runs == 1
    assert running.status().state == "ready"


@pytest.mark.parametrize("how", LOST)
async def test_the_call_that_meets_the_lost_session_runs_once(
    start: Starter, upstream: ScriptedUpstream, how: str
) -> None:
    ran: list[str | None] = []

    async def counted(incoming: Incoming) -> dict[str, Any]:
        ran.append(incoming.session)
        return text("done")

    upstream.tools["counted"] = counted
    running = await start()
    assert await use(running, name="counted") == "done"
    refuse_old_sessions(upstream, LOST[how])
    assert await use(running, name="counted") == "done"
    assert len(set(ran)) == len(ran) == 2


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (rpc(404, -32601, "Method not found", own_id=True), "Method not found"),
        (rpc(404, -32000, "no such file", own_id=True), "no such file"),
        (rpc(400, -32602, "Browser session not found", own_id=True), "Browser session not found"),
        (rpc(400, -32000, "Session expired", own_id=True), "Session expired"),
        (rpc(404, -32001, "Session not found", own_id=True), "Session not found"),
        (rpc(500, -32600, "invalid session", own_id=True), "invalid session"),
    ],
)
async def test_an_error_about_the_call_itself_ends_nothing(
    start: Starter, upstream: ScriptedUpstream, slow: Slow, answer: Answer, says: str
) -> None:
    running = await start()
    session = await use(running)
    waiting = asyncio.create_task(use(running, name="slow"))
    await slow.begun.wait()

    async def fail(request: web.Request) -> web.Response | None:
        message = await request.json() if request.method == "POST" else {}
        return answer(message) if message.get("params", {}).get("name") == "fails" else None

    upstream.raw = fail
    with pytest.raises(RpcError, match=says):
        await use(running, name="fails")
    slow.go.set()
    assert await waiting == "slow"
    assert (slow.runs, runs(upstream, "fails")) == (1, 1)
    assert await use(running) == session, "it goes on"


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_a_session_that_is_refused_without_a_reason_is_left_after_a_ping(
    start: Starter, upstream: ScriptedUpstream, status: int
) -> None:
    running = await start()
    session = await use(running)
    refuse_old_sessions(upstream, plain(status))
    with pytest.raises(UpstreamError):
        await use(running)
    assert runs(upstream, "t") == 2, "whether it was read is not known"
    await upstream.until(lambda: bool(upstream.messages("ping")))
    async with asyncio.timeout(5):
        while await _said(running) in ("", session):
            pass


async def _said(running: UpstreamServer) -> str:
    try:
        return await use(running)
    except UpstreamError:
        return ""


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_one_call_that_is_refused_without_a_reason_costs_no_session(
    start: Starter, upstream: ScriptedUpstream, status: int
) -> None:
    running = await start()
    session = await use(running)

    async def firewall(request: web.Request) -> web.Response | None:
        message = await request.json() if request.method == "POST" else {}
        return web.Response(status=status) if message.get("params", {}).get("name") == "odd" else None

    upstream.raw = firewall
    with pytest.raises(UpstreamError):
        await use(running, name="odd")
    await upstream.until(lambda: bool(upstream.messages("ping")))
    assert await use(running) == session


@pytest.mark.parametrize("status", [404, 400, 405, 500])
async def test_a_slow_call_beside_a_stream_that_is_refused(
    start: Starter, upstream: ScriptedUpstream, slow: Slow, status: int
) -> None:
    refused = asyncio.Event()

    async def refuse(request: web.Request) -> web.Response | None:
        if request.method != "GET":
            return None
        await slow.begun.wait()
        refused.set()
        return web.Response(status=status)

    upstream.raw = refuse
    running = await start()
    session = asyncio.create_task(use(running))
    waiting = asyncio.create_task(use(running, name="slow"))
    await refused.wait()
    assert await use(running) == await session
    slow.go.set()
    assert await waiting == "slow"
    assert slow.runs == 1


@pytest.mark.parametrize("era", ["handshake", "stateless"])
@pytest.mark.parametrize("begun", [False, True], ids=["before the head", "after the head"])
async def test_a_connection_that_breaks_during_a_call(
    start: Starter, upstream: ScriptedUpstream, era: Era, begun: bool
) -> None:
    upstream.eras = (era,)
    running = await start()

    async def cut(request: web.Request) -> web.StreamResponse | None:
        message = await request.json() if request.method == "POST" else {}
        if message.get("method") != "tools/call" or upstream.raw is None:
            return None
        upstream.raw = None
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        if begun:
            await response.prepare(request)
            await response.write(b": begun\n\n")
        assert request.transport is not None
        request.transport.abort()
        return response

    upstream.raw = cut
    with pytest.raises(UpstreamError) as caught:
        await use(running)
    assert caught.value.ran
    assert runs(upstream, "t") == 1
    await use(running)
    assert runs(upstream, "t") == 2


async def test_a_session_that_the_server_ends_during_a_call(
    start: Starter, upstream: ScriptedUpstream, slow: Slow
) -> None:
    running = await start()
    session = await use(running)
    waiting = asyncio.create_task(running.request(call("slow"), ALICE, Identity()))
    await slow.begun.wait()
    upstream.forget_sessions()
    slow.go.set()
    assert await waiting == text("slow"), "its answer still comes"
    assert await use(running) != session
    assert slow.runs == 1


class OverSse:
    """A server over HTTP+SSE whose tool ``slow`` waits; its sessions and streams can be ended by themselves."""

    def __init__(self) -> None:
        self.streams: dict[str, web.StreamResponse] = {}
        self.ends: dict[str, asyncio.Event] = {}
        self.unknown: set[str] = set()
        self.refuse: Answer = plain(404)
        self.ran: list[tuple[str, str]] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self._answering: list[asyncio.Future[None]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            name = f"s{len(self.streams) + 1}"
            stream = self.streams[name] = web.StreamResponse(headers={"content-type": "text/event-stream"})
            self.ends[name] = asyncio.Event()
            await stream.prepare(request)
            await stream.write(f"event: endpoint\ndata: /messages?s={name}\n\n".encode())
            await self.ends[name].wait()
            return stream
        if request.path != "/messages":
            return web.Response(status=405)
        session, message = request.query["s"], await request.json()
        if session in self.unknown:
            return self.refuse(message)
        if "id" in message:
            self._answering.append(asyncio.ensure_future(self._answer(session, message)))
        return web.Response(status=202)

    async def _answer(self, session: str, message: Any) -> None:
        name = message.get("params", {}).get("name", "")
        result: dict[str, Any] = {"protocolVersion": "2024-11-05", "capabilities": {}}
        if message["method"] == "tools/call":
            self.ran.append((session, name))
            result = text(session)
            if name == "slow":
                self.begun.set()
                await self.go.wait()
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result})
        if not self.ends[session].is_set():
            await self.streams[session].write(f"data: {body}\n\n".encode())


@pytest.fixture
def over_sse(upstream: ScriptedUpstream) -> OverSse:
    upstream.raw = server = OverSse()
    return server


@pytest.mark.parametrize("how", [name for name in LOST if name != "200"])
async def test_a_slow_call_beside_a_lost_session_over_sse(start: Starter, over_sse: OverSse, how: str) -> None:
    over_sse.refuse = LOST[how]
    running = await start(transport="sse")
    waiting = asyncio.create_task(use(running, name="slow"))
    await over_sse.begun.wait()
    session = over_sse.ran[0][0]
    over_sse.unknown.add(session)
    other = await use(running)
    over_sse.go.set()
    assert await waiting == session
    assert over_sse.ran == [(session, "slow"), (other, "t")]
    assert other != session


async def test_a_stream_that_ends_during_a_call_over_sse(start: Starter, over_sse: OverSse) -> None:
    running = await start(transport="sse")
    waiting = asyncio.create_task(use(running, name="slow"))
    await over_sse.begun.wait()
    session = over_sse.ran[0][0]
    over_sse.ends[session].set()
    with pytest.raises(UpstreamError) as caught:
        await waiting
    assert caught.value.ran
    assert over_sse.ran == [(session, "slow")]
    other = await use(running)
    assert other != session
    assert over_sse.ran == [(session, "slow"), (other, "t")]


async def test_a_stream_that_ends_while_idle_over_sse(start: Starter, over_sse: OverSse) -> None:
    running = await start(transport="sse")
    session = await use(running)
    over_sse.ends[session].set()
    over_sse.unknown.add(session)
    other = await use(running)
    assert other != session
    assert over_sse.ran == [(session, "t"), (other, "t")]


@dataclass(frozen=True)
class Processes:
    """A server over stdio, whose processes can be killed."""

    running: UpstreamServer
    file: Path

    @property
    def ran(self) -> list[str]:
        """The tools that ran, but for the one that tells the process."""
        lines = self.file.read_text().split() if self.file.exists() else []
        return [name for name in lines if name != "pids"]

    async def pid(self) -> int:
        number: int = json.loads(await use(self.running, name="pids"))[0]
        return number


@pytest.fixture(params=["handshake", "stateless"])
async def processes(start: Starter, tmp_path: Path, request: pytest.FixtureRequest) -> Processes:
    kinds = ("stateless",) if request.param == "stateless" else ()
    settings = stdio(*kinds)
    settings["env"] |= {"RAN": str(tmp_path / "ran")}
    settings["spec_version"] = "auto"
    return Processes(await start(**settings), tmp_path / "ran")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
async def test_a_process_that_is_killed_during_a_call(processes: Processes, sent: signal.Signals) -> None:
    pid = await processes.pid()
    waiting = [asyncio.create_task(use(processes.running, name="hang")) for _ in range(2)]
    # Asked after them: they have been read then.
    assert await asyncio.create_task(processes.pid()) == pid
    os.kill(pid, sent)
    for each in waiting:
        with pytest.raises(UpstreamError) as caught:
            await each
        assert caught.value.ran
    assert await processes.pid() != pid
    assert processes.ran == ["hang", "hang"]


async def test_a_process_that_a_call_ends(processes: Processes) -> None:
    pid = await processes.pid()
    with pytest.raises(UpstreamError, match="out of cheese") as caught:
        await use(processes.running, name="die")
    assert caught.value.ran
    assert await processes.pid() != pid
    assert processes.ran == ["die"]


async def test_a_process_that_is_killed_while_idle(processes: Processes) -> None:
    pid = await processes.pid()
    os.kill(pid, signal.SIGKILL)
    # At once, before anybody can know: what is written into the pipe of a dead process has not run.
    with contextlib.suppress(UpstreamError):
        await use(processes.running, name="echo")
    assert await processes.pid() != pid
    assert await use(processes.running, name="echo") == "{}"
    assert processes.ran.count("echo") <= 2


class Mortal:
    """A server over HTTP as a process of its own, to be killed and started again."""

    def __init__(self, era: Era, file: Path) -> None:
        self._era = era
        self._file = file
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run it, where it was before."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-S", "-m", "tests.support.mortal_server", self._era, str(self.port), str(self._file),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.port = int(await self._process.stdout.readline())

    async def hangs(self) -> None:
        """Wait until it does not answer a call."""
        assert self._process is not None
        assert self._process.stdout is not None
        assert await self._process.stdout.readline() == b"hangs\n"

    async def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        assert self._process is not None
        self._process.kill()
        await self._process.communicate()

    @property
    def ran(self) -> list[str]:
        """Who was worked for."""
        return self._file.read_text().split()


@pytest.fixture(params=["handshake", "stateless"])
async def mortal(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Mortal]:
    server = Mortal(request.param, tmp_path / "ran")
    await server.start()
    yield server
    await server.kill()


async def work(running: UpstreamServer, who: str, **more: Any) -> dict[str, Any]:
    return await running.request(call("work", arguments={"who": who, **more}), ALICE, Identity())


async def test_a_server_that_is_restarted_between_two_calls(start: Starter, mortal: Mortal) -> None:
    running = await start(url=f"http://127.0.0.1:{mortal.port}/mcp")
    for number in range(3):
        await work(running, f"before-{number}")
        await mortal.kill()
        await mortal.start()
        await work(running, f"after-{number}")
    assert mortal.ran == [f"{when}-{number}" for number in range(3) for when in ("before", "after")]


async def test_a_server_that_is_restarted_during_a_call(start: Starter, mortal: Mortal) -> None:
    running = await start(url=f"http://127.0.0.1:{mortal.port}/mcp")
    waiting = asyncio.create_task(work(running, "slow", hang=True))
    await mortal.hangs()
    await mortal.kill()
    with pytest.raises(UpstreamError) as caught:
        await waiting
    assert caught.value.ran
    await mortal.start()
    await work(running, "next")
    assert mortal.ran == ["slow", "next"]
