"""What a server keeps for its sessions: behind the gateway the same as directly, whoever else is there."""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import anyio
import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import SessionMessage

from mcptui.connect.bridge import StdioBridge
from mcptui.model import Server
from mcptui.tasks import start_task
from mcptui.upstream.wire.client import HttpClient
from tests.support.gateway import RunningGateway, key
from tests.support.leftovers import collect_leftovers
from tests.support.session_server import LEVELS, NOTE, QUESTIONS, served

pytestmark = [
    pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning"),
    # The SDK's SSE server leaves streams open where a client goes.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

Serve = Callable[..., Awaitable[RunningGateway]]

COMMAND: Final = (sys.executable, "-m", "tests.support.session_server")
ENV: Final = {"PYTHONPATH": ":".join(sys.path)}


@pytest.fixture(autouse=True)
def _leftovers() -> Iterator[None]:
    yield
    collect_leftovers()


#: Two sessions of one key, another key, and a session that can be asked nothing: who, key, whether it can be asked.
WHO: Final = (("first", "all", True), ("second", "all", True), ("third", "other", True), ("mute", "all", False))


class Session:
    """One client with what it heard."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.client: Client | None = None
        self.heard: list[str] = []
        self._changed = asyncio.Event()

    def asked(self) -> dict[str, Any]:
        """What it answers to the questions of a server: its name."""

        async def roots(_: Any) -> types.ListRootsResult:
            return types.ListRootsResult(roots=[types.Root(uri=f"file:///{self.name}")])  # type: ignore[arg-type]

        async def sampling(ctx: Any, params: Any) -> types.CreateMessageResult:
            assert self.client is not None
            token: Any = params.meta["progress_token"] if params.meta else None
            await self.client.session.send_progress_notification(token, 0.5)
            content = types.TextContent(type="text", text=self.name)
            return types.CreateMessageResult(role="assistant", content=content, model="m")

        async def elicit(_: Any, __: Any) -> types.ElicitResult:
            return types.ElicitResult(action="accept", content={"a": self.name})

        return {"list_roots_callback": roots, "sampling_callback": sampling, "elicitation_callback": elicit}

    async def hear(self, message: Any) -> None:
        """Remember a notification."""
        method = getattr(message, "method", "")
        params: Any = getattr(message, "params", None)
        if method == "notifications/message":
            self.heard.append(f"{params.level} {params.data}")
        elif method == "notifications/resources/updated":
            self.heard.append(f"updated {params.uri}")
        self._changed.set()

    async def heard_of(self, what: str) -> None:
        """Wait for ``what``."""
        while what not in self.heard:
            self._changed.clear()
            await self._changed.wait()

    async def call(self, tool: str, **arguments: Any) -> Any:
        """What ``tool`` says."""
        assert self.client is not None
        result = await self.client.call_tool(tool, arguments)
        assert isinstance(result, types.CallToolResult)
        (content,) = result.content
        assert isinstance(content, types.TextContent)
        return json.loads(content.text)

    async def until(self, condition: Callable[[Any], bool], tool: str, **arguments: Any) -> Any:
        """What ``tool`` says once ``condition`` holds of it."""
        while not condition(said := await self.call(tool, **arguments)):
            """Each answer takes a turn of the loop."""
        return said


async def observed(open_client: Callable[[Session, str, dict[str, Any]], Any]) -> dict[str, Any]:
    """What every session finds at the server."""
    async with AsyncExitStack() as stack:
        sessions = [Session(name) for name, _, _ in WHO]
        for session, (_, of_key, can_be_asked) in zip(sessions, WHO, strict=True):
            asks = session.asked() if can_be_asked else {}
            opened = open_client(session, of_key, {**asks, "message_handler": session.hear})
            session.client = await stack.enter_async_context(opened)
        first, second, third, _ = sessions
        for session in sessions:
            await session.call("set", value=session.name)
        found: dict[str, Any] = {"state": [await session.call("get") for session in sessions]}
        for kind in QUESTIONS:
            found[f"{kind} in a call"] = [await session.call("ask", kind=kind) for session in sessions]
        for kind in QUESTIONS:
            await asyncio.gather(*(session.call("ask_later", kind=kind) for session in sessions))
            answers = [await session.until(bool, "answered", kind=kind) for session in sessions]
            found[f"{kind} outside calls"] = answers
        for session in (first, third):
            assert session.client is not None
            await session.client.subscribe_resource(NOTE)
            await session.client.session.set_logging_level("error")
            await session.client.session.send_roots_list_changed()
        for session in sessions:
            await session.call("update")
            await session.call("log", data="once")
        assert third.client is not None
        await third.client.unsubscribe_resource(NOTE)
        for session in sessions:
            await session.call("update")
            await session.call("log", data="twice")
            await session.heard_of("error twice")
        found["heard"] = [session.heard for session in sessions]
        for session in (first, third):
            await session.until(lambda seen: seen["roots_changed"] == 1, "seen")
        for session in (first, second, third):
            await session.until(lambda seen: len(seen["progress"]) == 2, "seen")
        found["seen"] = [await session.call("seen") for session in sessions]
        return found


@asynccontextmanager
async def to_http(url: str, of_key: str, options: dict[str, Any]) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"authorization": f"Bearer sk-{of_key}"}, timeout=30, verify=False) as http,
        Client(streamable_http_client(url, http_client=http), mode="legacy", cache=None, **options) as client,
    ):
        yield client


def to_sse(url: str, of_key: str, options: dict[str, Any]) -> Client:
    return Client(
        sse_client(url, headers={"authorization": f"Bearer sk-{of_key}"}), mode="legacy", cache=None, **options
    )


def to_process(options: dict[str, Any]) -> Client:
    parameters = StdioServerParameters(command=COMMAND[0], args=list(COMMAND[1:]), env=ENV)
    return Client(stdio_client(parameters), mode="legacy", cache=None, **options)


@asynccontextmanager
async def through_connect(url: str, of_key: str, options: dict[str, Any]) -> AsyncIterator[Client]:
    """A client of ``mcptui connect``."""
    to_client, from_bridge = anyio.create_memory_object_stream[SessionMessage](100)
    to_bridge, from_client = anyio.create_memory_object_stream[SessionMessage](100)

    @asynccontextmanager
    async def transport() -> AsyncIterator[Any]:
        yield from_bridge, to_bridge

    async def write(line: bytes) -> None:
        await to_client.send(SessionMessage(types.jsonrpc_message_adapter.validate_json(line)))

    async def lines() -> AsyncIterator[bytes]:
        async for message in from_client:
            yield message.message.model_dump_json(by_alias=True, exclude_unset=True).encode()

    async with HttpClient() as http:
        bridge = start_task(StdioBridge(http, url, f"sk-{of_key}", write).run(lines()), name="bridge", awaited=True)
        async with to_client, Client(transport(), mode="legacy", cache=None, **options) as client:
            yield client
        await to_bridge.aclose()
        await bridge


#: The same for every way to the server: each session finds its own, and nothing of another.
EXPECTED: Final[dict[str, Any]] = {
    "state": ["first", "second", "third", "mute"],
    "heard": [
        [f"updated {NOTE}", "error once", f"updated {NOTE}", "error twice"],
        [f"{level} {time}" for time in ("once", "twice") for level in LEVELS],
        [f"updated {NOTE}", "error once", "error twice"],
        [f"{level} {time}" for time in ("once", "twice") for level in LEVELS],
    ],
    "seen": [
        {"progress": [[5, 0.5]] * 2, "roots_changed": 1},
        {"progress": [[5, 0.5]] * 2, "roots_changed": 0},
        {"progress": [[5, 0.5]] * 2, "roots_changed": 1},
        {"progress": [], "roots_changed": 0},
    ],
}


def check(found: dict[str, Any]) -> None:
    assert {name: found[name] for name in EXPECTED} == EXPECTED
    for kind in QUESTIONS:
        for when in ("in a call", "outside calls"):
            *answers, refused = found[f"{kind} {when}"]
            assert [name in json.dumps(answer) for answer, (name, _, _) in zip(answers, WHO[:3], strict=True)] == (
                [True] * 3
            )
            assert str(refused).startswith("refused"), (kind, when)


# What the script expects of servers and SDK, without mcptui.
@pytest.mark.soak
@pytest.mark.parametrize("kind", ["http", "sse", "stdio"])
async def test_directly(kind: str) -> None:
    async with served() as url, asyncio.timeout(60):
        ways: dict[str, Callable[[Session, str, dict[str, Any]], Any]] = {
            "http": lambda _, of_key, options: to_http(f"{url}/mcp", of_key, options),
            "sse": lambda _, of_key, options: to_sse(f"{url}/sse", of_key, options),
            "stdio": lambda _, __, options: to_process(options),
        }
        check(await observed(ways[kind]))


#: One of each is enough but for heavy runs.
USUAL: Final = {("http", "auto", "http"), ("sse", "2025-11-25", "sse"), ("stdio", "auto", "http"),
                ("http", "2025-11-25", "connect")}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "era", "front"),
    [
        pytest.param(*each, marks=() if each in USUAL else pytest.mark.soak)
        for each in itertools.product(("http", "sse", "stdio"), ("auto", "2025-11-25"), ("http", "sse", "connect"))
    ],
)
async def test_behind_the_gateway(serve: Serve, kind: str, era: Any, front: str) -> None:
    async with served() as url, asyncio.timeout(90):
        servers: dict[str, dict[str, Any]] = {
            "http": {"url": f"{url}/mcp"},
            "sse": {"url": f"{url}/sse", "transport": "sse"},
            "stdio": {"command": COMMAND[0], "args": COMMAND[1:], "env": ENV},
        }
        gateway = await serve(
            Server(name="s", prefix="", spec_version=era, **servers[kind]),
            key("all", servers=("*",)),
            key("other", servers=("*",)),
        )
        to_gateway = {
            "http": lambda _, of_key, options: to_http(f"{gateway.url}/mcp", of_key, options),
            "sse": lambda _, of_key, options: to_sse(f"{gateway.url}/sse", of_key, options),
            "connect": lambda _, of_key, options: through_connect(f"{gateway.url}/mcp", of_key, options),
        }
        check(await observed(to_gateway[front]))
