"""The recorded calls through the control API, over a real socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from mcptui.control.client import ControlClient
from mcptui.errors import McptuiError
from mcptui.gateway.control import history
from mcptui.model import Server
from mcptui.model.calls import CallQuery, FoundCalls
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


@pytest.fixture
async def control(serve: Serve, wire: Connect, a: ScriptedUpstream, tmp_path: Path) -> ControlClient:
    """That of a gateway which has recorded a call of a tool and one that was refused."""
    gateway = await serve(
        Server(name="a", url=a.url), key("only-a", servers=("a",), tools={"a": ("echo",)}), control=tmp_path / "s"
    )
    client = wire(gateway, "only-a")
    await client.ask("tools/call", {"name": "a__echo", "arguments": {"token": "canary"}})
    await client.ask("tools/call", {"name": "a__delete"})
    await gateway.core.recorder.flush()
    assert gateway.control is not None
    return gateway.control


async def test_calls_are_found_page_by_page(control: ControlClient) -> None:
    found = await control.search_calls(CallQuery())
    refused, answered = await control.found_calls(CallQuery(), found.newest)
    assert found == FoundCalls(2, refused.id, 2)
    assert (refused.name, answered.name) == ("a__delete", "a__echo")
    assert answered.params is None, "heads are short"
    assert await control.found_calls(CallQuery(), found.newest, 1, 1) == [answered]
    assert await control.found_calls(CallQuery(), found.newest, -1, -1) == []
    denied = CallQuery("outcome:denied since:1h")
    assert await control.search_calls(denied, answered.id) == FoundCalls(1, refused.id, 1)
    assert await control.search_calls(CallQuery("since:1h", "2000-01-01T00:00:00+00:00"), refused.id) == FoundCalls(
        2, refused.id, 0
    )
    whole = await control.recorded_call(answered.id)
    assert whole is not None
    assert whole.params["arguments"] == {"token": "••••"}
    assert await control.recorded_call(1) is None
    assert [record async for record in control.recorded_calls(CallQuery("tool:echo"))] == [whole]
    assert await control.earlier_calls("tools/call", "a", ["a__echo", "echo"]) == [whole]
    assert await control.earlier_calls("tools/call", "b", ["echo"]) == []


async def test_an_answer_is_bounded_whatever_is_asked_for(
    control: ControlClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await control.search_calls(CallQuery())
    monkeypatch.setattr(history, "PAGE", 1)
    monkeypatch.setattr(history, "_WITH_BODIES", 1)
    assert len(await control.found_calls(CallQuery(), found.newest, limit=10**9)) == 1
    assert len(await control.earlier_calls("tools/call", "a", ["a__echo", "a__delete"], limit=10**9)) == 1
    assert len([record async for record in control.recorded_calls(CallQuery())]) == 2, "a stream has all, in parts"


async def test_numbers(control: ControlClient) -> None:
    (group,) = await control.call_stats("key", 0, 1e11, CallQuery("tool:echo"), 4)
    assert (group.name, group.calls, group.failed, len(group.counts)) == ("only-a", 1, 0, 4)
    assert sorted((use.key, use.server, use.calls) for use in await control.uses() if use.server) == [
        ("only-a", "a", 1)
    ]


@pytest.mark.parametrize("query", [CallQuery("sever:x"), CallQuery("", "yesterday")])
async def test_a_filter_that_cannot_be_understood(control: ControlClient, query: CallQuery) -> None:
    with pytest.raises(McptuiError):
        await control.search_calls(query)
