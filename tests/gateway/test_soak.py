"""Many clients, many sessions, servers that come and go (``make soak``)."""

from __future__ import annotations

import asyncio
import gc
import itertools
import resource
import sys
import weakref
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from mcptui.gateway.fronts.mcp import sessions
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.model import GatewaySettings, Server
from mcptui.protocol.errors import UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE
from mcptui.protocol.versions import Era
from mcptui.upstream.server import breaker
from tests.support import mortal_server
from tests.support.gateway import RunningGateway, key
from tests.support.many import ManyClient
from tests.support.upstream import Incoming, ScriptedUpstream, text

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]

Serve = Callable[..., Awaitable[RunningGateway]]

CLIENTS, CALLS, SERVERS = 100, 50, 10
RESTARTS = 100


@pytest.fixture(autouse=True)
def many_files() -> None:
    """Clients, gateway and servers are one process here."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def say(incoming: Incoming) -> dict[str, Any]:
    """Answers run into each other: each takes a few turns more or less than the next."""
    who: str = incoming.arguments["who"]
    for _ in range(hash(who) % 7):
        await asyncio.sleep(0)
    return text(who)


async def test_every_answer_reaches_its_asker(serve: Serve) -> None:
    begun: dict[str, asyncio.Event] = {}
    hanging: set[str] = set()

    async def hang(incoming: Incoming) -> dict[str, Any]:
        who = incoming.arguments["who"]
        hanging.add(who)
        begun[who].set()
        try:
            await asyncio.Event().wait()
        finally:
            hanging.discard(who)
        return {}

    async with AsyncExitStack() as stack:
        servers = []
        for number in range(SERVERS):
            upstream = ScriptedUpstream(
                eras=("stateless" if number % 2 else "handshake",), tools={"say": say, "hang": hang}
            )
            servers.append(await stack.enter_async_context(upstream))
        gateway = await serve(
            *(Server(name=f"s{number}", url=upstream.url) for number, upstream in enumerate(servers)),
            key("all", servers=("*",)),
            key("other", servers=("*",)),
            gateway=GatewaySettings(max_calls_per_key=10_000, max_calls_per_key_and_server=10_000),
        )
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))

        async def run(number: int) -> None:
            at_a_time = asyncio.Semaphore(5)  # each call holds four sockets of this process
            client = ManyClient(http, gateway.url, "sk-all" if number % 3 else "sk-other", number % 2 == 0)
            await client.open(**({"roots": {}} if number % 4 < 2 else {}))

            async def call(id_: int) -> None:
                who = f"{number}-{id_}"
                server = f"s{(number + id_) % SERVERS}"
                if id_ % 10:
                    async with at_a_time:
                        answer = await client.call(id_, f"{server}__say", {"who": who})
                    assert answer["id"] == id_
                    assert answer["result"]["content"][0]["text"] == who
                else:
                    begun[who] = asyncio.Event()
                    calling = asyncio.create_task(client.call(id_, f"{server}__hang", {"who": who}))
                    await begun[who].wait()
                    await client.cancel(id_, calling)

            await asyncio.gather(*map(call, range(CALLS)))

        await asyncio.gather(*map(run, range(CLIENTS)))
        for upstream in servers:
            await upstream.until(lambda: not hanging)
        assert len(begun) == CLIENTS * CALLS // 10


async def test_sessions_that_are_left_leave_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 2_000
    before = weakref.WeakSet(each for each in gc.get_objects() if type(each) is Session)  # of tests before this one
    async with ScriptedUpstream(tools={"say": say}) as upstream, aiohttp.ClientSession() as http:
        gateway = await serve(Server(name="s", url=upstream.url), key("all", servers=("*",)))
        for number in range(count):
            client = ManyClient(http, gateway.url, "sk-all", handshake=True)
            await client.open(**({"roots": {}} if number % 2 else {}))
            if number % 10 == 1:
                await client.call(1, "s__say", {"who": "x"})
        assert len(gateway.entry.sessions) == count
        left = weakref.WeakSet(each for each in gc.get_objects() if type(each) is Session and each not in before)
        assert len(left) == count
        monkeypatch.setattr(sessions, "IDLE", -1.0)
        gateway.entry.sessions.end_idle()
        assert len(gateway.entry.sessions) == 0
        await upstream.until(lambda: sum(seen.http_method == "DELETE" for seen in upstream.seen) >= count / 10)
        assert len(upstream.sessions) == 1, "the catalogue's"
        gc.collect()
        assert len(left) == 0


class Mortal:
    """A server process that is killed and started again on its port."""

    def __init__(self, era: Era, file: Path) -> None:
        self._era = era
        self._file = file
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/mcp"

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", mortal_server.__file__, self._era, str(self._port), str(self._file),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._port = int(await self._process.stdout.readline())

    async def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()


async def test_a_server_that_restarts_under_load(serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(breaker, "PAUSES", (0.01,))
    done = tmp_path / "done"
    eras: tuple[Era, Era] = ("handshake", "stateless")
    servers = {era: Mortal(era, done) for era in eras}
    await asyncio.gather(*(server.start() for server in servers.values()))
    stopped = asyncio.Event()
    answered: list[str] = []
    progress = asyncio.Event()

    async def run(number: int, http: aiohttp.ClientSession, url: str) -> None:
        client = ManyClient(http, url, "sk-all", handshake=number % 2 == 0)
        await client.open(**({"roots": {}} if number % 4 == 0 else {}))
        for id_ in itertools.count():
            if stopped.is_set():
                return
            who = f"{number}-{id_}"
            answer = await client.call(id_, f"{eras[id_ % 2]}__work", {"who": who})
            if "result" in answer:
                assert answer["result"]["content"][0]["text"] == who
                answered.append(who)
                progress.set()
            else:
                assert answer["error"]["code"] in (UPSTREAM_UNAVAILABLE, UPSTREAM_TIMEOUT), answer

    try:
        gateway = await serve(
            *(Server(name=era, url=server.url) for era, server in servers.items()), key("all", servers=("*",))
        )
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http, asyncio.TaskGroup() as group:
            for number in range(12):
                group.create_task(run(number, http, gateway.url))
            for turn in range(RESTARTS):
                server = servers[eras[turn % 2]]
                await server.kill()
                await server.start()
                goal = len(answered) + 20
                while len(answered) < goal:
                    progress.clear()
                    await progress.wait()
            stopped.set()
    finally:
        await asyncio.gather(*(server.kill() for server in servers.values()))
    ran = Counter(done.read_text(encoding="utf-8").split())
    assert max(ran.values()) == 1, "no call runs twice"
    assert set(answered) <= set(ran)
    assert len(answered) == len(set(answered)) >= 20 * RESTARTS
