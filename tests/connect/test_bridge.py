"""``mcptui connect``: what a client says on standard input reaches the gateway, and what comes back reaches it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from mcptui.connect import bridge as connect
from mcptui.connect.bridge import StdioBridge
from mcptui.model import Server
from mcptui.protocol.stateless import META_CAPABILITIES, META_VERSION
from mcptui.protocol.versions import LATEST_HANDSHAKE, LATEST_STATELESS
from mcptui.upstream.wire.client import HttpClient
from tests.support.gateway import RunningGateway, key, running_gateway, state
from tests.support.upstream import Incoming, ScriptedUpstream, text

Json = dict[str, Any]


@dataclass
class Terminal:
    """The client's side of standard input and output."""

    url: str
    key: str = "sk-all"
    lines: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    out: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    bridge: StdioBridge | None = None

    def send(self, message: Json | bytes) -> None:
        """One line of the client."""
        self.lines.put_nowait(message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n")

    async def read(self) -> Json:
        """The next line for the client."""
        return await self.out.get()

    async def answer(self, id_: object) -> Json:
        """The answer to one request; what comes before it is passed over."""
        while (message := await self.read()).get("id") != id_ or "method" in message:
            pass
        return message

    async def ask(self, id_: int, method: str, params: Json | None = None) -> Json:
        """One request of a session and its answer."""
        self.send({"jsonrpc": "2.0", "id": id_, "method": method, "params": params or {}})
        return await self.answer(id_)

    async def shake_hands(self, **capabilities: Json) -> Json:
        """Open a session."""
        info = {"name": "test", "version": "1"}
        params = {"protocolVersion": LATEST_HANDSHAKE, "capabilities": capabilities, "clientInfo": info}
        answer = await self.ask(0, "initialize", params)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer

    async def run(self) -> None:
        """The bridge, until the client closes."""

        async def said() -> AsyncIterator[bytes]:
            while (line := await self.lines.get()) is not None:
                yield line

        async def write(line: bytes) -> None:
            self.out.put_nowait(json.loads(line))

        async with HttpClient() as client:
            await StdioBridge(client, self.url, self.key, write).run(said())


@contextlib.asynccontextmanager
async def opened(terminal: Terminal) -> AsyncIterator[Terminal]:
    """The bridge under way; closed at the end as a client closes it."""
    task = asyncio.create_task(terminal.run())
    try:
        yield terminal
    finally:
        terminal.lines.put_nowait(None)
        await task


def stateless(id_: int, method: str, **params: Any) -> Json:
    """A request of the stateless era."""
    meta = {META_VERSION: LATEST_STATELESS, META_CAPABILITIES: {}}
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": {**params, "_meta": meta}}


async def add(incoming: Incoming) -> Json:
    return text(str(incoming.arguments["a"] + incoming.arguments["b"]))


async def ask(incoming: Incoming) -> Json:
    answer = await incoming.ask("elicitation/create", {"message": "Sure?", "requestedSchema": {"type": "object"}})
    return text(answer["result"]["action"])


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    """A server that adds, and asks in between."""
    async with ScriptedUpstream(tools={"add": add, "ask": ask}) as scripted:
        yield scripted


@pytest.fixture
async def gateway(upstream: ScriptedUpstream) -> AsyncIterator[RunningGateway]:
    servers = (Server(name="up", url=upstream.url), key("all", servers=("*",)))
    async with running_gateway(state(*servers)) as running:
        await running.read()
        yield running


@pytest.fixture
async def terminal(gateway: RunningGateway) -> AsyncIterator[Terminal]:
    async with opened(Terminal(f"{gateway.url}/mcp")) as terminal:
        yield terminal


async def test_a_session(terminal: Terminal, gateway: RunningGateway) -> None:
    assert (await terminal.shake_hands())["result"]["protocolVersion"] == LATEST_HANDSHAKE
    listed = await terminal.ask(1, "tools/list")
    assert [tool["name"] for tool in listed["result"]["tools"]] == ["up__add", "up__ask"]
    called = await terminal.ask(2, "tools/call", {"name": "up__add", "arguments": {"a": 2, "b": 3}})
    assert called["result"]["content"] == text("5")["content"]


async def test_several_calls_at_once(terminal: Terminal) -> None:
    await terminal.shake_hands()
    for number in range(1, 21):
        params = {"name": "up__add", "arguments": {"a": number, "b": 0}}
        terminal.send({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params})
    answers = [await terminal.read() for _ in range(20)]
    assert {answer["id"]: answer["result"]["content"][0]["text"] for answer in answers} == {
        number: str(number) for number in range(1, 21)
    }


async def test_a_question_of_the_server_reaches_the_client(terminal: Terminal) -> None:
    await terminal.shake_hands(elicitation={})
    terminal.send({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "up__ask", "arguments": {}}})
    question = await terminal.read()
    while question.get("method") != "elicitation/create":
        question = await terminal.read()
    assert question["params"]["message"] == "Sure?"
    terminal.send({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}})
    assert (await terminal.answer(1))["result"]["content"] == text("decline")["content"]


async def test_a_forgotten_session_is_opened_again_without_the_client(
    terminal: Terminal, gateway: RunningGateway
) -> None:
    await terminal.shake_hands()
    await terminal.ask(1, "tools/list")
    gateway.entry.sessions.end_all()
    for number in (2, 3, 4):
        terminal.send({"jsonrpc": "2.0", "id": number, "method": "ping"})
    answers = [await terminal.read() for _ in range(3)]
    assert sorted((answer["id"], answer["result"]) for answer in answers) == [(2, {}), (3, {}), (4, {})]
    called = await terminal.ask(5, "tools/call", {"name": "up__add", "arguments": {"a": 1, "b": 1}})
    assert called["result"]["content"] == text("2")["content"]


async def test_the_stateless_era(terminal: Terminal) -> None:
    terminal.send(stateless(1, "tools/list"))
    listed = (await terminal.answer(1))["result"]
    assert [tool["name"] for tool in listed["tools"]] == ["up__add", "up__ask"]
    terminal.send(stateless(2, "tools/call", name="up__add", arguments={"a": 2, "b": 2}))
    assert (await terminal.answer(2))["result"]["content"] == text("4")["content"]


async def test_a_name_that_no_header_can_carry_is_refused(terminal: Terminal) -> None:
    terminal.send(stateless(1, "tools/call", name="up__add\ud800", arguments={}))
    assert (await terminal.answer(1))["error"]["code"] == -32602


async def test_a_cancelled_call_of_the_stateless_era() -> None:
    entered, left = asyncio.Event(), asyncio.Event()

    async def wait(_: Incoming) -> Json:
        entered.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()
        return {}

    async with ScriptedUpstream(tools={"wait": wait}, eras=("stateless",)) as upstream:
        servers = (Server(name="up", url=upstream.url), key("all", servers=("*",)))
        async with running_gateway(state(*servers)) as gateway, opened(Terminal(f"{gateway.url}/mcp")) as terminal:
            await gateway.read()
            terminal.send(stateless(1, "tools/call", name="up__wait", arguments={}))
            await entered.wait()
            terminal.send(
                {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1, "reason": "x"}}
            )
            await left.wait()
            terminal.send({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 9}})
            terminal.send(stateless(2, "tools/list"))
            assert (await terminal.read())["id"] == 2


async def test_lines_that_are_no_messages(terminal: Terminal) -> None:
    terminal.send(b"\n")
    terminal.send(b"{\n")
    refused = await terminal.read()
    assert (refused["id"], refused["error"]["code"]) == (None, -32700)
    terminal.send(b'{"jsonrpc": "2.0", "id": 1}\n')
    assert (await terminal.read())["error"]["code"] == -32600


async def test_one_server_has_plain_names(gateway: RunningGateway) -> None:
    async with opened(Terminal(f"{gateway.url}/mcp/up")) as terminal:
        await terminal.shake_hands()
        listed = await terminal.ask(1, "tools/list")
        assert [tool["name"] for tool in listed["result"]["tools"]] == ["add", "ask"]


async def test_an_unknown_key_is_told_in_words(gateway: RunningGateway) -> None:
    async with opened(Terminal(f"{gateway.url}/mcp", key="sk-nobody")) as terminal:
        message = (await terminal.shake_hands())["error"]["message"]
    assert message.startswith("The gateway refuses the key: ")
    assert "not known" in message
    assert "sk-nobody" not in message


async def test_a_gateway_that_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "_RETRIES", (0.0, 0.0))
    async with opened(Terminal("http://127.0.0.1:9/mcp")) as terminal:
        terminal.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        message = (await terminal.ask(1, "ping"))["error"]["message"]
    assert message.startswith("The gateway cannot be reached: ")
