"""No answer is silent for long: a stream whatever the provider does, JSON from the first call of a tool on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx2
import openai
import pytest

from mcptui.gateway.fronts.http import stream
from mcptui.gateway.fronts.openai import answer as answers
from mcptui.gateway.fronts.openai import chat_completions, forward, responses
from mcptui.protocol.sse import KEEP_ALIVE
from tests.support.provider import Refusal, Says
from tests.support.rig import Rig

ADD = ("one__add", '{"a": 1, "b": 2}')
TOOL = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}
CHAT: Any = {"messages": [{"role": "user", "content": "hi"}]}
RESPONSES: Any = {"input": "hi"}
WAYS = [
    ("/v1/chat/completions", {"model": "chat", **CHAT}),
    ("/v1/chat/completions", {"model": "chat", **CHAT, "tools": [TOOL]}),
    ("/v1/chat/completions", {"model": "resp", **CHAT, "tools": [TOOL]}),
    ("/v1/responses", {"model": "resp", **RESPONSES}),
    ("/v1/responses", {"model": "resp", **RESPONSES, "tools": [TOOL]}),
    ("/v1/responses", {"model": "chat", **RESPONSES}),
    ("/v1/completions", {"model": "chat", "prompt": "hi"}),
]
ways = pytest.mark.parametrize(("path", "body"), WAYS, ids=[f"{path} {body['model']}" for path, body in WAYS])


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (answers, chat_completions, forward, responses):
        monkeypatch.setattr(module, "LIFE_AFTER", 0)
    monkeypatch.setattr(stream, "KEEP_ALIVE_EVERY", 0.01)


@pytest.fixture
def held(rig: Rig) -> asyncio.Event:
    """Set it, and the provider answers."""
    go = asyncio.Event()
    rig.provider.before = go
    return go


@asynccontextmanager
async def asked(
    rig: Rig, path: str, body: dict[str, Any], *, stream: bool = True, status: int = 200
) -> AsyncIterator[httpx2.Response]:
    """The beginning of an answer."""
    headers = {"Authorization": "Bearer sk-all"}
    async with (
        asyncio.timeout(20),
        httpx2.AsyncClient() as http,
        http.stream("POST", rig.gateway.url + path, json={**body, "stream": stream}, headers=headers) as answer,
    ):
        assert answer.status_code == status
        yield answer


@ways
async def test_it_begins_before_the_provider_says_anything(
    rig: Rig, held: asyncio.Event, path: str, body: dict[str, Any]
) -> None:
    async with asked(rig, path, body) as answer:
        pieces = answer.aiter_raw()
        said = b""
        while said.count(KEEP_ALIVE) < 2:
            said += await anext(pieces)
        held.set()
        said += b"".join([piece async for piece in pieces])
    events = said.replace(KEEP_ALIVE, b"")
    assert b"hello" in events.replace(b'"', b"") or b"hel" in events


@ways
async def test_a_refusal_that_comes_late_is_an_event(
    rig: Rig, held: asyncio.Event, path: str, body: dict[str, Any]
) -> None:
    rig.provider.rounds = [Refusal(400, "no such thing")]
    async with asked(rig, path, body) as answer:
        held.set()
        said = b"".join([piece async for piece in answer.aiter_raw()])
    data = [json.loads(line[5:]) for line in said.splitlines() if line.startswith(b"data:") and b"[DONE]" not in line]
    assert "no such thing" in data[-1]["error"]["message"]


async def test_the_official_client_reads_it(rig: Rig, client_of: Any, held: asyncio.Event) -> None:
    rig.provider.rounds = [Refusal(400, "no such thing")]
    client = client_of()
    for create, more in ((client.responses.create, RESPONSES), (client.chat.completions.create, CHAT)):
        held.clear()
        answer = await create(model="chat", stream=True, tools=[TOOL], **more)
        held.set()
        with pytest.raises(openai.APIError, match="no such thing"):
            async for _ in answer:
                pass


@pytest.fixture
def tool_held(rig: Rig) -> asyncio.Event:
    """Set it, and the tool that the model calls answers; then the model says something."""
    go = asyncio.Event()

    async def slow(_: Any) -> dict[str, Any]:
        await go.wait()
        return {"content": [{"type": "text", "text": "done"}]}

    rig.one.tools["add"] = slow
    rig.provider.rounds = [Says(calls=(ADD,)), Says("hello")]
    return go


async def test_a_slow_tool(rig: Rig, tool_held: asyncio.Event) -> None:
    async with asked(rig, "/v1/responses", {"model": "chat", "input": "hi", "tools": [TOOL]}) as answer:
        pieces, said = answer.aiter_raw(), b""
        while said.count(KEEP_ALIVE) < 3 or b"mcp_call.in_progress" not in said:
            said += await anext(pieces)
        tool_held.set()
        said += b"".join([piece async for piece in pieces])
    assert b"response.completed" in said


with_tools = pytest.mark.parametrize(
    ("path", "body"), [way for way in WAYS if "tools" in way[1]], ids=["chat", "chat, responses", "responses"]
)


@with_tools
@pytest.mark.parametrize("ends_well", [True, False])
async def test_a_slow_tool_without_a_stream(
    rig: Rig, tool_held: asyncio.Event, path: str, body: dict[str, Any], ends_well: bool
) -> None:
    if not ends_well:
        rig.provider.rounds[1:] = [Refusal(400, "no such thing")]
    async with asked(rig, path, body, stream=False) as answer:
        assert answer.headers["content-type"] == "application/json"
        pieces, said = answer.aiter_raw(), b""
        while len(said) < 3:
            said += await anext(pieces)
        assert not said.strip()
        tool_held.set()
        said += b"".join([piece async for piece in pieces])
    value = json.loads(said)
    assert ("hello" if ends_well else "no such thing") in json.dumps(value)
    assert bool(value.get("error")) is not ends_well


class _Busy(asyncio.Event):
    """Everybody else gets to do what is due before it is over."""

    async def wait(self) -> Literal[True]:
        for _ in range(100):
            await asyncio.sleep(0)
        return True


@with_tools
async def test_an_error_before_the_first_call_has_its_status(rig: Rig, path: str, body: dict[str, Any]) -> None:
    rig.provider.before = _Busy()
    rig.provider.rounds = [Refusal(400, "no such thing")]
    async with asked(rig, path, body, stream=False, status=400) as answer:
        assert "no such thing" in (await answer.aread()).decode()


async def test_the_official_client_reads_it_without_a_stream(
    rig: Rig, client_of: Any, tool_held: asyncio.Event
) -> None:
    tool_held.set()  # the head is on its way before the call is
    answer = await client_of().responses.create(model="chat", tools=[TOOL], **RESPONSES)
    assert answer.output_text == "hello"
