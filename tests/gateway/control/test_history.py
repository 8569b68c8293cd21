"""The recorded calls through the control API, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from mcptui.control.client import ControlClient
from mcptui.errors import McptuiError
from mcptui.gateway.control import history
from mcptui.gateway.control.history import HistoryApi
from mcptui.model import Server
from mcptui.model.calls import CallQuery, FoundCalls
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.port import HistoryStore
from tests.support.gateway import RunningGateway, key
from tests.support.histories import history_of
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
    assert await control.recorded_call(10**9) is None
    assert [record async for record in control.recorded_calls(CallQuery("tool:echo"))] == [whole]
    assert await control.earlier_calls("tools/call", "a", ["a__echo", "echo"]) == [whole]
    assert await control.earlier_calls("tools/call", "b", ["echo"]) == []


class Api(HistoryApi):
    """The handlers of a history in memory."""

    def __init__(self) -> None:
        self.history = history_of()

    @property
    def calls_store(self) -> HistoryStore:
        return self.history


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """One whose history has seven calls, and whose answers have three at most, with bodies two."""
    monkeypatch.setattr(history, "MOST_CALLS", 3)
    monkeypatch.setattr(history, "_WITH_BODIES", 2)
    api = Api()
    await api.history.record(
        [
            CallRecord(id=number, at=0.0, key="k", method="tools/call", server="a", name="t", params=number)
            for number in range(1, 8)
        ]
    )
    yield api
    await api.history.close()


@pytest.mark.parametrize(("limit", "answered"), [(-1, 0), (0, 0), (2, 2), (3, 3), (4, 3), (10**9, 3)])
async def test_an_answer_is_bounded_whatever_is_asked_for(api: Api, limit: int, answered: int) -> None:
    newest_first = [7, 6, 5][:answered]
    assert [record.id for record in await api.found_calls(CallQuery(), 7, limit=limit)] == newest_first
    assert [record.id for record in await api.earlier_calls("tools/call", "a", ["t"], limit)] == newest_first


async def test_a_stream_has_all_in_parts(api: Api) -> None:
    found = [(record.id, record.params) async for record in api.recorded_calls(CallQuery())]
    assert found == [(number, number) for number in (7, 6, 5, 4, 3, 2, 1)]


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
