"""Trying a server: every step as it begins and as it ends, and nothing that stays open."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.control import probe as module
from mcptui.gateway.control.probe import probe
from mcptui.model import Server
from mcptui.model.auth import BearerToken
from mcptui.model.runtime import ProbeStep
from mcptui.protocol.errors import RpcError
from mcptui.secrets.known import KnownSecrets
from mcptui.upstream.call import Peer
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.server.lists import Lists

URL = Server(name="s", url="http://s/mcp")
COMMAND = Server(name="s", command="s-mcp", args=("-v",))
PEER = Peer(era="handshake", version="2025-11-25", capabilities={}, server_info={"name": "n", "version": "1"})


class World:
    """A server that can be connected to, started and listed, or not; what was closed is kept."""

    def __init__(self) -> None:
        self.peer = PEER
        self.lists = Lists(tools=({"name": "t"},), templates=({"uriTemplate": "x"},))
        self.errors: dict[str, Exception] = {}
        self.closed: list[str] = []
        #: Set when a start that takes long may go on.
        self.slow: asyncio.Event | None = None
        self.prints, self.has_answered = True, False
        self.resolved: list[str] = []
        self.tools: Any = SimpleNamespace(resolve=self._resolve, known=KnownSecrets())

    def _fail(self, step: str) -> None:
        if step in self.errors:
            raise self.errors[step]

    async def _resolve(self, text: str) -> str:
        self._fail("resolve")
        self.resolved.append(text)
        return text

    async def _close(self, what: str) -> None:
        self.closed.append(what)

    def _connection(self) -> Any:
        return SimpleNamespace(peer=self.peer, close=lambda: self._close("connection"))

    async def connect(self, server: Any, tools: Any, identity: Any, remembered: Any, announce: Any) -> Any:
        self._fail("connect")
        remembered.transport = "http"
        return self._connection()

    async def launch(self, server: Any, tools: Any, identity: Any, remembered: Any, announce: Any, started: Any) -> Any:
        self._fail("spawn")
        printed = [f"line {n}" for n in range(60)] if self.prints else []
        started(SimpleNamespace(pid=7, printed=printed, has_answered=self.has_answered, silent_for=4.0))
        if self.slow is not None:
            await self.slow.wait()
        self._fail("initialize")
        remembered.transport = "stdio"
        return self._connection()

    async def read_lists(self, connection: Any, timeout: float) -> Lists:
        self._fail("tools")
        return self.lists


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    for name in ("connect", "launch", "read_lists"):
        monkeypatch.setattr(module, name, getattr(world, name))
    return world


async def steps(world: World, server: Server) -> list[ProbeStep]:
    return [step async for step in probe(server, world.tools)]


def told(found: list[ProbeStep]) -> list[tuple[str, str]]:
    return [(step.step, step.status) for step in found]


LISTED = [("tools", "running"), ("tools", "ok"), ("prompts", "skipped"), ("resources", "ok"), ("done", "ok")]
RESOLVED = [("resolve", "running"), ("resolve", "ok")]


async def test_a_server_with_a_url(world: World) -> None:
    found = await steps(world, URL)
    assert told(found) == [*RESOLVED, ("connect", "running"), ("connect", "ok"), ("initialize", "ok"), *LISTED]
    assert [step.detail for step in found if step.status == "ok"] == [
        "", "http", "n 1 · 2025-11-25", "1", "1", "",
    ]  # fmt: skip
    assert found[-1].result is not None
    assert (found[-1].result["transport"], found[-1].result["tools"]) == ("http", [{"name": "t"}])
    assert world.closed == ["connection"]


async def test_a_server_that_is_started(world: World) -> None:
    found = await steps(world, COMMAND)
    opening = [(step, status) for step in ("spawn", "initialize") for status in ("running", "ok")]
    assert told(found) == [*RESOLVED, *opening, *LISTED]
    assert (found[2].detail, found[3].detail) == ("s-mcp -v", "pid 7")
    assert len(found[-1].stderr) == 50
    assert found[-1].stderr[-1] == "line 59"
    assert world.closed == ["connection"]


@pytest.mark.parametrize(
    ("server", "step", "closed"),
    [
        (URL, "resolve", []),
        (URL, "connect", []),
        (URL, "tools", ["connection"]),
        (COMMAND, "spawn", []),
        (COMMAND, "initialize", []),
        (COMMAND, "tools", ["connection"]),
    ],
)
@pytest.mark.parametrize("error", [UpstreamError("away", hint="Look."), McptuiError("away", hint="Look.")])
async def test_the_step_that_fails_is_the_last(
    world: World, server: Server, step: str, closed: list[str], error: McptuiError
) -> None:
    world.errors[step] = error
    found = await steps(world, server)
    assert told(found)[-1] == (step, "failed")
    assert [each.status for each in found].count("failed") == 1
    assert (found[-1].detail, found[-1].hint) == ("away", "Look.")
    assert world.closed == closed


async def test_an_answer_of_the_server_is_told_as_one(world: World) -> None:
    world.errors["tools"] = RpcError(-32601, "no tools")
    last = (await steps(world, URL))[-1]
    assert (last.detail, last.hint) == ("no tools", "The server itself answered with this error.")


@pytest.mark.parametrize(
    ("prints", "answered", "patience", "shown"),
    [
        (True, False, 3.0, "line 59"),
        (False, False, 3.0, "nothing printed yet; it may be installing a package"),
        (False, False, 5.0, ""),
        (False, True, 3.0, ""),
    ],
)
async def test_a_start_that_takes_long_says_so_with_the_last_line_of_its_output(
    world: World, monkeypatch: pytest.MonkeyPatch, prints: bool, answered: bool, patience: float, shown: str
) -> None:
    monkeypatch.setattr(module, "BEAT", 0.01)
    monkeypatch.setattr(module, "QUIET", patience)
    world.prints, world.has_answered = prints, answered
    world.slow = asyncio.Event()
    waiting: list[ProbeStep] = []
    async for step in probe(COMMAND, world.tools):
        if step.step == "initialize" and step.status == "running" and step.ms is not None:
            waiting.append(step)
            if len(waiting) == 3:
                world.slow.set()
    assert {step.detail for step in waiting} == {shown}
    assert [step.ms for step in waiting] == sorted(step.ms or 0 for step in waiting)


async def test_whoever_stops_listening_ends_the_start(world: World) -> None:
    world.slow = asyncio.Event()
    steps_ = probe(COMMAND, world.tools)
    async for step in steps_:
        if step.step == "initialize":
            break
    await steps_.aclose()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("probe")]


@pytest.mark.parametrize(("own", "shown"), [((), "line 59"), (("its last words",), "its last words")])
async def test_what_the_process_said_last_is_shown(world: World, own: tuple[str, ...], shown: str) -> None:
    world.errors["initialize"] = UpstreamError("gone", stderr=own)
    assert (await steps(world, COMMAND))[-1].stderr[-1] == shown


async def test_every_reference_is_looked_at_first(world: World) -> None:
    await steps(world, Server(name="s", url="u", headers={"A": "h"}, auth=BearerToken(auth_value="v")))
    assert [text for text in world.resolved if text] == ["u", "v", "h"]


async def test_a_server_that_says_nothing_of_itself(world: World) -> None:
    world.peer = Peer(era="stateless", version="x", capabilities={})
    found = await steps(world, URL)
    assert [step.detail for step in found if step.step == "initialize"] == ["unnamed  · x"]
