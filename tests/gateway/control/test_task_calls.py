"""Tools that run only as tasks, called by a person through the control API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest

from mcptui.gateway.control import task_calls
from mcptui.gateway.control.calls import ControlCalls
from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from tests.support.gateway import RunningGateway, running_gateway, state
from tests.support.upstream import Incoming, ScriptedUpstream, text

REQUIRED = {"execution": {"taskSupport": "required"}}
Answer = Callable[[Incoming], Any]


class Tasks:
    """A server whose tool ``t`` is a task; what is said of it, one status after the other, is in ``looks``."""

    def __init__(self, upstream: ScriptedUpstream) -> None:
        self.upstream = upstream
        self.begun: dict[str, Any] = {"task": {"taskId": "1", "status": "working", "pollInterval": 0}}
        self.looks: list[dict[str, Any]] = [{"taskId": "1", "status": "completed"}]
        self.result: dict[str, Any] = text("done")
        upstream.tools["t"] = self._begin
        upstream.definitions["t"] = REQUIRED
        upstream.handlers |= {"tasks/get": self._look, "tasks/result": self._result, "tasks/cancel": self._cancel}

    async def _begin(self, incoming: Incoming) -> dict[str, Any]:
        return self.begun

    async def _look(self, incoming: Incoming) -> dict[str, Any]:
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]

    async def _result(self, incoming: Incoming) -> dict[str, Any]:
        if self.looks[0].get("status") == "input_required":
            return text(str((await incoming.ask("elicitation/create", {"message": "?"}))["result"]))
        if self.looks[0].get("status") == "failed":
            raise RpcError(-32603, "it failed")
        return self.result

    async def _cancel(self, incoming: Incoming) -> dict[str, Any]:
        return {"taskId": "1", "status": "cancelled"}

    @property
    def asked(self) -> list[str]:
        """The methods about the tool and its task, in order."""
        methods = [seen.message.get("method", "") for seen in self.upstream.seen if isinstance(seen.message, dict)]
        return [method for method in methods if method == "tools/call" or method.startswith("tasks/")]


@pytest.fixture
async def tasks(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tasks]:
    monkeypatch.setattr(task_calls, "_LEAST", 0.0)
    async with ScriptedUpstream() as upstream:
        yield Tasks(upstream)


@pytest.fixture
async def gateway(tasks: Tasks) -> AsyncIterator[RunningGateway]:
    async with running_gateway(state(Server(name="s", url=tasks.upstream.url))) as running:
        await running.read()
        yield running


async def events(gateway: RunningGateway, name: str = "s__t") -> list[tuple[str, Any]]:
    calls, seen = ControlCalls(gateway.core), []
    async with aclosing(calls.call(None, "tools/call", {"name": name, "arguments": {"a": 1}})) as following:
        async for event in following:
            seen.append((event.type, event.value))
            if event.type == "ask":
                calls.answer(event.value["id"], {"action": "decline"}, None)
    return seen


async def test_its_result_is_that_of_the_call(gateway: RunningGateway, tasks: Tasks) -> None:
    tasks.looks.insert(0, {"taskId": "1", "status": "working"})
    assert await events(gateway) == [("result", text("done"))]
    assert tasks.asked == ["tools/call", "tasks/get", "tasks/get", "tasks/result"]
    (begun,) = tasks.upstream.messages("tools/call")
    assert (begun["params"]["task"], begun["params"]["arguments"]) == ({}, {"a": 1})
    assert [record.method for record in gateway.core.recorder.recent()] == ["tools/call", "tasks/result"]


async def test_what_it_asks_reaches_the_person(gateway: RunningGateway, tasks: Tasks) -> None:
    tasks.looks = [{"taskId": "1", "status": "input_required"}]
    (kind, question), (end, result) = await events(gateway)
    assert (kind, question["method"], end) == ("ask", "elicitation/create", "result")
    assert result == text("{'action': 'decline'}")


async def test_one_that_fails_is_an_error(gateway: RunningGateway, tasks: Tasks) -> None:
    tasks.looks = [{"taskId": "1", "status": "failed"}]
    ((kind, value),) = await events(gateway)
    assert (kind, value["message"]) == ("error", "it failed")


@pytest.mark.parametrize("begun", [text("at once"), {"task": None, **text("at once")}, {"task": {}, **text("at once")}])
async def test_a_server_that_answers_at_once_has_answered(
    gateway: RunningGateway, tasks: Tasks, begun: dict[str, Any]
) -> None:
    tasks.begun = begun
    assert await events(gateway) == [("result", begun)]
    assert tasks.asked == ["tools/call"]


@pytest.mark.parametrize("name", ["s__t", "t"])
async def test_it_is_found_under_each_of_its_names(gateway: RunningGateway, tasks: Tasks, name: str) -> None:
    assert await events(gateway, name) == [("result", text("done"))]


async def test_the_task_of_who_stops_waiting_is_ended(gateway: RunningGateway, tasks: Tasks) -> None:
    tasks.looks = [{"taskId": "1", "status": "working"}]
    calling = asyncio.create_task(events(gateway))
    async with asyncio.timeout(10):
        await tasks.upstream.until(lambda: bool(tasks.upstream.messages("tasks/get")))
        calling.cancel()
        await tasks.upstream.until(lambda: bool(tasks.upstream.messages("tasks/cancel")))
    assert tasks.upstream.messages("tasks/cancel")[0]["params"]["taskId"] == "1"


@pytest.mark.parametrize(
    "execution", [None, "odd", {}, {"taskSupport": "optional"}, {"taskSupport": "forbidden"}, {"taskSupport": True}]
)
async def test_all_others_are_called_as_ever(tasks: Tasks, execution: Any) -> None:
    tasks.upstream.definitions["t"] = {} if execution is None else {"execution": execution}
    tasks.begun = text("ran")
    async with running_gateway(state(Server(name="s", url=tasks.upstream.url))) as gateway:
        await gateway.read()
        assert await events(gateway) == [("result", text("ran"))]
        assert (await events(gateway, "s__none"))[0][0] == "error"
    assert "task" not in tasks.upstream.messages("tools/call")[0]["params"]


@pytest.mark.parametrize(
    ("named", "pause"),
    [(None, 1.0), ("5", 1.0), (True, 1.0), (2500, 2.5), (0.5, 0.1), (-1, 0.1), (10**12, 30.0), (float("inf"), 30.0)],
)
def test_how_often_a_task_is_looked_at(named: object, pause: float) -> None:
    assert task_calls._pause(named) == pause
