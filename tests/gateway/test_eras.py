"""Both eras of clients against both eras of servers, with the official client; the rules are tested in relay/."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal

import anyio
import httpx2
import mcp_types as types
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPDeprecationWarning, MCPError

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from tests.support.gateway import RunningGateway, key
from tests.support.questions import ANSWERS, asking, count, question
from tests.support.upstream import Incoming, ScriptedUpstream, text

Serve = Callable[..., Awaitable[RunningGateway]]
Mode = Literal["legacy", "2026-07-28", "auto"]


def said(result: types.CallToolResult) -> Any:
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return json.loads(content.text)


@pytest.fixture(params=["handshake", "stateless"])
async def upstream(request: pytest.FixtureRequest) -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream(
        eras=(request.param,), tools={"ask": asking(request.param), "count": count}
    ) as scripted:
        yield scripted


@pytest.fixture(params=["legacy", "2026-07-28"])
def mode(request: pytest.FixtureRequest) -> Mode:
    chosen: Mode = request.param
    return chosen


@pytest.fixture
async def gateway(serve: Serve, upstream: ScriptedUpstream) -> RunningGateway:
    return await serve(Server(name="up", url=upstream.url), key("all", servers=("*",)), key("other", servers=("*",)))


Connect = Callable[..., Any]


@pytest.fixture
def connect(gateway: RunningGateway, mode: Mode) -> Connect:
    """Opens the official client; what it can be asked is up to the arguments."""

    @asynccontextmanager
    async def connect(**callbacks: Any) -> AsyncIterator[Client]:
        headers = {"authorization": "Bearer sk-all"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=20, verify=False) as http,
            Client(
                streamable_http_client(f"{gateway.url}/mcp", http_client=http), mode=mode, cache=None, **callbacks
            ) as client,
        ):
            yield client

    return connect


async def elicit(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
    kind = params.mode
    assert params.message == question(kind, "stateless")[1]["message"]
    return types.ElicitResult.model_validate(ANSWERS[kind])


async def sample(context: Any, params: types.CreateMessageRequestParams) -> types.CreateMessageResult:
    assert params.max_tokens == 10
    return types.CreateMessageResult.model_validate(ANSWERS["sampling"])


async def roots(context: Any) -> types.ListRootsResult:
    return types.ListRootsResult.model_validate(ANSWERS["roots"])


CALLBACKS: dict[str, Any] = {
    "elicitation_callback": elicit,
    "sampling_callback": sample,
    "list_roots_callback": roots,
}


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28", "auto"], indirect=True)
async def test_the_client_gets_the_era_it_wants(connect: Connect, mode: Mode) -> None:
    async with connect() as client:
        assert client.protocol_version == ("2025-11-25" if mode == "legacy" else "2026-07-28")
        if mode != "2026-07-28":  # that client asks nothing before its first request
            assert client.server_info.name == "mcptui"
        assert {tool.name for tool in (await client.list_tools()).tools} == {"up__ask", "up__count"}


async def test_every_question_reaches_the_client_and_its_answer_the_server(connect: Connect) -> None:
    async with connect(**CALLBACKS) as client:
        for kind, answer in ANSWERS.items():
            result = said(await client.call_tool("up__ask", {"question": kind}))
            assert {name: result[name] for name in answer} == answer, kind


async def test_the_server_is_told_the_capabilities_of_the_client(connect: Connect, upstream: ScriptedUpstream) -> None:
    async with connect(elicitation_callback=elicit) as client:
        await client.call_tool("up__ask", {"question": "form"})
    if upstream.eras == ("handshake",):
        declared = upstream.messages("initialize")[-1]["params"]["capabilities"]
    else:
        declared = upstream.messages("tools/call")[0]["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"]
    assert "elicitation" in declared
    assert "sampling" not in declared
    assert "roots" not in declared


async def test_progress_and_logs(connect: Connect, mode: Mode) -> None:
    steps: list[float] = []
    logged: list[Any] = []

    async def progress(step: float, total: float | None, message: str | None) -> None:
        steps.append(step)

    async def log(params: types.LoggingMessageNotificationParams) -> None:
        logged.append(params.data)

    level: Any = {} if mode == "legacy" else {"log_level": "info"}
    async with connect(logging_callback=log, **level) as client:
        assert said(await client.call_tool("up__count", {}, progress_callback=progress)) == "done"
        if mode == "legacy":
            with pytest.warns(MCPDeprecationWarning):
                await client.set_logging_level("error")
            await client.call_tool("up__count", {}, progress_callback=progress)
    assert steps == [1, 2, 3] * (2 if mode == "legacy" else 1)
    assert logged == ["counted"]


@pytest.mark.parametrize("mode", ["2026-07-28"], indirect=True)
async def test_logs_only_for_who_asked(connect: Connect, mode: Mode) -> None:
    logged: list[Any] = []

    async def log(params: types.LoggingMessageNotificationParams) -> None:
        logged.append(params.data)

    async def ignore(*_: Any) -> None:
        """Progress is asked for, so that there is a token."""

    async with connect(logging_callback=log) as client:
        await client.call_tool("up__count", {}, progress_callback=ignore)
    assert logged == []


async def test_a_cancelled_call_is_cancelled_at_the_server(connect: Connect, upstream: ScriptedUpstream) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def hang(incoming: Incoming) -> dict[str, Any]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    upstream.tools["count"] = hang
    try:
        async with connect() as client:
            call = asyncio.create_task(client.call_tool("up__count", {}))
            async with asyncio.timeout(30):
                await begun.wait()
                call.cancel()
                await ended.wait()
            await asyncio.wait([call])
            assert len((await client.list_tools()).tools) == 2, "the client goes on"
    except* (anyio.ClosedResourceError, anyio.BrokenResourceError):
        pass  # the SDK's client minds an answer to the cancelled call that comes while it closes


async def test_a_refusal_is_the_answer(connect: Connect, upstream: ScriptedUpstream, mode: Mode) -> None:
    async def refuse(context: Any, params: Any) -> types.ErrorData:
        return types.ErrorData(code=-1, message="not today")

    async with connect(elicitation_callback=refuse) as client:
        if mode == "legacy" and upstream.eras == ("handshake",):
            assert said(await client.call_tool("up__ask", {"question": "form"}))["message"] == "not today"
        elif mode == "legacy":
            answer = said(await client.call_tool("up__ask", {"question": "form"}))
            assert answer == {"action": "cancel"}
        else:
            with pytest.raises(MCPError, match="not today"):
                await client.call_tool("up__ask", {"question": "form"})


async def test_errors_of_the_server_arrive_whole(connect: Connect, upstream: ScriptedUpstream) -> None:
    async def fail(incoming: Incoming) -> dict[str, Any]:
        raise RpcError(-5, "no such thing", {"why": [None, 1]})

    async def broken(incoming: Incoming) -> dict[str, Any]:
        return {"isError": True, **text('"it broke"'), "structuredContent": {"a": None}}

    upstream.tools |= {"count": fail, "ask": broken}
    async with connect() as client:
        with pytest.raises(MCPError, match="no such thing") as caught:
            await client.call_tool("up__count", {})
        assert (caught.value.error.code, caught.value.error.data) == (-5, {"why": [None, 1]})
        result = await client.call_tool("up__ask", {})
        assert result.is_error
        assert result.structured_content == {"a": None}
