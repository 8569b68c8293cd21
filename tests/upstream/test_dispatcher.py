from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mcptui.model.limits import Limits
from mcptui.protocol.errors import INTERNAL_ERROR, METHOD_NOT_FOUND, RpcError
from mcptui.protocol.stateless import LISTEN, META_SUBSCRIPTION
from mcptui.upstream.call import Call
from mcptui.upstream.deadline import Deadline
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import NotMcpError, NotReadError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.pending import Pending


class Wire:
    """The other end: what was sent, and what the dispatcher announced."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[tuple[dict[str, Any], Pending | None]] = asyncio.Queue()
        self.announced: list[tuple[str, dict[str, Any]]] = []
        self.failure: UpstreamError | None = None
        self.dispatcher = Dispatcher(self._send, lambda method, params: self.announced.append((method, params)))

    async def _send(self, message: dict[str, Any], pending: Pending | None) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.put_nowait((message, pending))

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return (await self.sent.get())[0]

    async def say(self, message: Any, origin: Pending | None = None) -> None:
        if isinstance(message, dict):
            message = {"jsonrpc": "2.0", **message}
        await self.dispatcher.deliver(message, origin)

    def start(self, call: Call) -> asyncio.Task[dict[str, Any]]:
        return asyncio.create_task(self.dispatcher.request(call))


@pytest.fixture
def wire() -> Wire:
    return Wire()


def call(**more: Any) -> Call:
    return Call(method="tools/call", params=more.pop("params", {"name": "t"}), timeout=more.pop("timeout", 5), **more)


async def test_answers_find_their_request_in_any_order(wire: Wire) -> None:
    tasks = [wire.start(call()) for _ in range(3)]
    ids = [(await wire.next())["id"] for _ in tasks]
    assert len(set(ids)) == 3
    for id_ in reversed(ids):
        await wire.say({"id": id_, "result": {"to": id_}})
    assert [(await task)["to"] for task in tasks] == ids


async def test_an_error_answer_is_passed_on_whole(wire: Wire) -> None:
    task = wire.start(call())
    await wire.say({"id": (await wire.next())["id"], "error": {"code": -5, "message": "no", "data": {"x": None}}})
    with pytest.raises(RpcError) as caught:
        await task
    assert caught.value.to_wire() == {"code": -5, "message": "no", "data": {"x": None}}


async def test_a_result_that_is_no_object(wire: Wire) -> None:
    task = wire.start(call())
    await wire.say({"id": (await wire.next())["id"], "result": [1]})
    with pytest.raises(RpcError, match="not an object"):
        await task


@pytest.mark.parametrize(
    "noise",
    [
        None,
        "text",
        [],
        [[[]]],
        {"id": 99, "result": {}},
        {"id": "1", "result": {}},
        {"id": "x", "error": {"code": 1, "message": "m"}},
        {"id": 1, "result": {}, "error": {}},
        {"method": "notifications/cancelled", "params": {"requestId": {}}},
        {"method": "notifications/cancelled", "params": {"requestId": "unknown"}},
        {"method": "notifications/progress", "params": {"progressToken": [], "progress": 1}},
        {"method": "notifications/progress", "params": {"progressToken": 99, "progress": 1}},
        {"method": "notifications/message", "params": {"level": {}, "data": 1}},
        {"method": "notifications/x", "params": {"_meta": {META_SUBSCRIPTION: {}}}},
    ],
)
async def test_nonsense_from_the_server_harms_nothing(wire: Wire, noise: Any) -> None:
    task = wire.start(call())
    id_ = (await wire.next())["id"]
    await wire.say(noise)
    await wire.say({"id": id_, "result": {"ok": 1}})
    await wire.say({"id": id_, "result": {"ok": 2}})  # a second answer changes nothing
    assert await task == {"ok": 1}


@pytest.mark.parametrize(
    "spelled", [lambda id_: str(id_), float, lambda id_: id_], ids=["as a text", "as a float", "as it was"]
)
async def test_ids_that_come_back_otherwise(wire: Wire, spelled: Callable[[int], Any]) -> None:
    tasks = [wire.start(call()), wire.start(call())]
    ids = [(await wire.next())["id"] for _ in tasks]
    for id_ in ids:
        await wire.say({"id": spelled(id_), "result": {"n": id_}})
    assert [(await task)["n"] for task in tasks] == ids


async def test_an_error_without_an_id_is_of_the_only_request(wire: Wire) -> None:
    task = wire.start(call())
    await wire.next()
    await wire.say({"id": None, "error": {"code": -32700, "message": "what?"}})
    with pytest.raises(RpcError, match="what"):
        await task


async def test_an_error_without_an_id_is_of_none_of_several(wire: Wire) -> None:
    tasks = [wire.start(call()), wire.start(call())]
    ids = [(await wire.next())["id"] for _ in tasks]
    await wire.say({"id": None, "error": {"code": -32700, "message": "what?"}})
    for id_ in ids:
        await wire.say({"id": id_, "result": {"n": id_}})
    assert [(await task)["n"] for task in tasks] == ids


async def test_an_answer_that_cannot_be_read_fails_its_request_at_once(wire: Wire) -> None:
    tasks = [wire.start(call()), wire.start(call())]
    ids = [(await wire.next())["id"] for _ in tasks]
    wire.dispatcher.unreadable(b"no message at all")
    wire.dispatcher.unreadable(b'{"jsonrpc": "2.0", "id": %d, "result": {' % ids[0])
    with pytest.raises(NotMcpError, match="the answer to tools/call cannot be read") as caught:
        await tasks[0]
    assert caught.value.ran
    await wire.say({"id": ids[1], "result": {"ok": 1}})
    assert await tasks[1] == {"ok": 1}


async def test_no_request_is_sent_after_the_end_and_those_under_way_are_answered(wire: Wire) -> None:
    task = wire.start(call())
    id_ = (await wire.next())["id"]
    wire.dispatcher.retire(UpstreamError("no such session"))
    with pytest.raises(NotReadError, match="no such session"):
        await wire.dispatcher.request(call())
    assert wire.sent.empty()
    await wire.say({"id": id_, "result": {"ok": 1}})
    assert await task == {"ok": 1}


async def test_a_batch_is_taken_apart(wire: Wire) -> None:
    tasks = [wire.start(call()), wire.start(call())]
    first, second = (await wire.next())["id"], (await wire.next())["id"]
    await wire.say(
        [{"jsonrpc": "2.0", "id": second, "result": {"n": 2}}, {"jsonrpc": "2.0", "id": first, "result": {"n": 1}}]
    )
    assert [await task for task in tasks] == [{"n": 1}, {"n": 2}]


async def test_progress_tokens_are_the_dispatchers_own(wire: Wire) -> None:
    heard: list[Any] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append((method, params))

    params: dict[str, Any] = {"name": "t", "_meta": {"progressToken": "mine", "trace": 1}}
    tasks = [wire.start(call(params=params, notify=notify)), wire.start(call(params=params))]
    sent, other = await wire.next(), await wire.next()
    token = sent["params"]["_meta"]["progressToken"]
    assert token != other["params"]["_meta"]["progressToken"]
    assert sent["params"]["_meta"]["trace"] == 1
    assert params["_meta"]["progressToken"] == "mine"
    await wire.say({"method": "notifications/progress", "params": {"progressToken": token, "progress": 1}})
    for message in (sent, other):
        await wire.say({"id": message["id"], "result": {}})
    await asyncio.gather(*tasks)
    assert heard == [("notifications/progress", {"progressToken": "mine", "progress": 1})]
    await wire.say({"method": "notifications/progress", "params": {"progressToken": token, "progress": 2}})
    assert len(heard) == 1, "progress stops with the answer"


async def test_log_messages_go_to_the_call_that_wants_them(wire: Wire) -> None:
    heard: list[str] = []

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.append(params["level"])

    task = wire.start(call(notify=notify, log_level="warning"))
    id_ = (await wire.next())["id"]
    for level in ("info", "error"):
        await wire.say({"method": "notifications/message", "params": {"level": level, "data": "x"}})
    await wire.say({"id": id_, "result": {}})
    await task
    assert heard == ["error"]
    await wire.say({"method": "notifications/message", "params": {"level": "error", "data": "x"}})
    assert [method for method, _ in wire.announced] == ["notifications/message"]


async def test_other_notifications_are_announced(wire: Wire) -> None:
    await wire.say({"method": "notifications/tools/list_changed"})
    await wire.say({"method": "notifications/resources/updated", "params": {"uri": "a:b"}})
    assert wire.announced == [
        ("notifications/tools/list_changed", {}),
        ("notifications/resources/updated", {"uri": "a:b"}),
    ]


async def test_what_belongs_to_a_listen_goes_there_without_its_id(wire: Wire) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()

    async def notify(method: str, params: dict[str, Any]) -> None:
        heard.put_nowait((method, params))

    task = wire.start(Call(method="subscriptions/listen", params={}, notify=notify))
    id_ = (await wire.next())["id"]
    await wire.say({"method": "notifications/tools/list_changed", "params": {"_meta": {META_SUBSCRIPTION: id_}}})
    assert await heard.get() == ("notifications/tools/list_changed", {})
    assert wire.announced == []
    # What comes by a listen that has ended meanwhile.
    late = {"uri": "a:b", "_meta": {META_SUBSCRIPTION: id_ - 1, "vendor/x": 1}}
    await wire.say({"method": "notifications/resources/updated", "params": late})
    assert wire.announced == [("notifications/resources/updated", {"uri": "a:b", "_meta": {"vendor/x": 1}})]
    task.cancel()
    await asyncio.wait([task])


async def test_a_ping_is_answered(wire: Wire) -> None:
    await wire.say({"id": "p", "method": "ping"})
    assert await wire.next() == {"jsonrpc": "2.0", "id": "p", "result": {}}


async def test_a_question_reaches_the_call_and_its_answer_the_server(wire: Wire) -> None:
    async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        return {"asked": method, "params": params}

    task = wire.start(call(ask=ask))
    id_ = (await wire.next())["id"]
    await wire.say({"id": 7, "method": "roots/list"})
    assert (await wire.next())["result"] == {"asked": "roots/list", "params": {}}
    await wire.say({"id": id_, "result": {}})
    await task


async def test_two_questions_on_their_streams_reach_their_calls(wire: Wire) -> None:
    def answering(name: str) -> Any:
        async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
            return {"by": name}

        return ask

    tasks = [wire.start(call(ask=answering(name))) for name in ("first", "second")]
    pendings = [(await wire.sent.get())[1] for _ in tasks]
    await wire.say({"id": "q", "method": "elicitation/create"}, pendings[0])
    assert (await wire.next())["result"] == {"by": "first"}
    await wire.say({"id": "q", "method": "elicitation/create"}, pendings[1])
    assert (await wire.next())["result"] == {"by": "second"}
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_nobody_to_ask(wire: Wire) -> None:
    await wire.say({"id": "q", "method": "sampling/createMessage"})
    assert (await wire.next())["error"]["code"] == METHOD_NOT_FOUND


@pytest.mark.parametrize(("raised", "code"), [(RpcError(-1, "declined"), -1), (UpstreamError("lost"), INTERNAL_ERROR)])
async def test_a_refused_question_is_an_error_for_the_server(wire: Wire, raised: Exception, code: int) -> None:
    async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        raise raised

    task = wire.start(call(ask=ask))
    await wire.next()
    await wire.say({"id": "q", "method": "sampling/createMessage"})
    assert (await wire.next())["error"]["code"] == code
    task.cancel()
    await asyncio.wait([task])


async def test_the_server_takes_its_question_back(wire: Wire) -> None:
    asked, ended = asyncio.Event(), asyncio.Event()

    async def ask(method: str, params: dict[str, Any]) -> dict[str, Any]:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    task = wire.start(call(ask=ask))
    await wire.next()
    await wire.say({"id": "q", "method": "elicitation/create"})
    await asked.wait()
    await wire.say({"method": "notifications/cancelled", "params": {"requestId": "q"}})
    async with asyncio.timeout(5):
        await ended.wait()
    task.cancel()
    await asyncio.wait([task])


async def test_a_cancelled_wait_cancels_at_the_server(wire: Wire) -> None:
    task = wire.start(call())
    id_ = (await wire.next())["id"]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    note = await wire.next()
    assert (note["method"], note["params"]["requestId"]) == ("notifications/cancelled", id_)
    await wire.say({"id": id_, "result": {}})  # too late, and harmless


async def test_a_log_message_is_a_sign_of_life_of_the_only_open_call(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    extended: list[Deadline] = []
    monkeypatch.setattr(Deadline, "extend", lambda deadline: extended.append(deadline))
    log = {"method": "notifications/message", "params": {"level": "info", "data": "at work"}}

    async def hear(method: str, params: dict[str, Any]) -> None:
        pass

    first = wire.start(call(notify=hear))
    one = await wire.next()
    await wire.say(log)
    assert len(extended) == 1
    listening = wire.start(Call(method=LISTEN, params={}, timeout=5, notify=hear))
    await wire.next()
    await wire.say(log)
    assert len(extended) == 2, "an open subscription waits for no answer"
    second = wire.start(call(notify=hear))
    two = await wire.next()
    await wire.say(log)
    assert len(extended) == 2, "it may be the other's"
    for sent in (one, two):
        await wire.say({"id": sent["id"], "result": {}})
    assert [await first, await second] == [{}, {}]
    listening.cancel()
    await asyncio.wait([listening])


async def test_an_answer_without_an_id_is_the_only_calls_beside_an_open_subscription(wire: Wire) -> None:
    listening = wire.start(Call(method=LISTEN, params={}, timeout=5))
    await wire.next()
    task = wire.start(call())
    await wire.next()
    await wire.say({"id": None, "error": {"code": -32600, "message": "no"}})
    with pytest.raises(RpcError, match="no"):
        await task
    task = wire.start(call())
    await wire.next()
    wire.dispatcher.fail_one(None, NotMcpError("unreadable"))
    with pytest.raises(NotMcpError):
        await task
    assert not listening.done()
    listening.cancel()
    await asyncio.wait([listening])


async def test_a_timeout_cancels_at_the_server_too(wire: Wire) -> None:
    with pytest.raises(UpstreamTimeoutError, match=r"within 0\.01 s") as caught:
        await wire.dispatcher.request(call(timeout=0.01))
    assert caught.value.ran
    id_ = (await wire.next())["id"]
    assert (await wire.next())["params"]["requestId"] == id_


async def test_initialize_is_never_cancelled(wire: Wire) -> None:
    with pytest.raises(UpstreamTimeoutError):
        await wire.dispatcher.request(Call(method="initialize", params={}, timeout=0.01))
    await wire.next()
    assert wire.sent.empty()


async def test_a_lost_connection_ends_every_request(wire: Wire) -> None:
    tasks = [wire.start(call()) for _ in range(3)]
    for _ in tasks:
        await wire.next()
    wire.dispatcher.fail(UpstreamError("gone"))
    for task in tasks:
        with pytest.raises(UpstreamError, match="gone"):
            await task
    assert wire.dispatcher.closed
    for later in (wire.dispatcher.request(call()), wire.dispatcher.notify("x")):
        with pytest.raises(UpstreamError, match="gone"):
            await later
    wire.dispatcher.fail(UpstreamError("again"))
    with pytest.raises(UpstreamError, match="gone"):
        await wire.dispatcher.request(call())


async def test_a_message_that_cannot_be_sent(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    wire.failure = UpstreamError("broken pipe")
    with pytest.raises(UpstreamError, match="broken pipe"):
        await wire.dispatcher.request(call())
    await wire.say({"id": "q", "method": "ping"})
    await asyncio.sleep(0)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize(
    "message",
    [
        {"method": "notifications/progress", "params": {"progressToken": 1, "progress": 1}},
        {"method": "notifications/resources/updated", "params": {"uri": "a"}},
        {"id": 12345, "result": {}},
        {"neither": "nor"},
    ],
)
async def test_what_comes_too_fast_is_read_later(message: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds:
            paused.append(seconds)

    limits = Limits(max_notifications_per_second=10)
    dispatcher = Dispatcher(Wire()._send, lambda *_: None, limits=lambda: limits)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    for _ in range(150):
        await dispatcher.deliver({"jsonrpc": "2.0", **message})
    assert 40 <= len(paused) <= 50
    assert max(paused) > 4


async def test_a_call_that_is_over_does_not_wait_for_a_server_that_takes_no_cancellation() -> None:
    taken = asyncio.Event()

    async def send(message: dict[str, Any], _: Pending | None) -> None:
        if message["method"] == "notifications/cancelled":
            await taken.wait()

    dispatcher = Dispatcher(send, lambda *_: None)
    request = asyncio.create_task(dispatcher.request(call(timeout=0.0)))
    with pytest.raises(UpstreamTimeoutError):
        async with asyncio.timeout(4):  # it waits five seconds for a server to take anything
            await request
    taken.set()
