"""What a server asks the client of its connection, in and outside calls, and what that client tells it of itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.protocol.errors import INVALID_REQUEST
from mcptui.upstream import dispatcher as module
from mcptui.upstream import questions
from mcptui.upstream.call import Call, ClientBehind
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import FloodError, UpstreamTimeoutError

QUESTIONS = ("roots/list", "sampling/createMessage", "elicitation/create")


class Client:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self.go = asyncio.Event()
        self.was_withdrawn = False

    async def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.asked.put_nowait((method, params))
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.was_withdrawn = True
            raise
        return {"by": method}


class Wire:
    """A connection whose client can be asked outside its calls."""

    def __init__(self, *, has_own: bool = True) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outside, self.inside = Client(), Client()
        self.dispatcher = Dispatcher(self._send, lambda *_: None)
        self.dispatcher.questions.client = ClientBehind(self.outside.ask if has_own else None)

    async def _send(self, message: dict[str, Any], _: object) -> None:
        self.sent.put_nowait(message)

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return await self.sent.get()

    async def say(self, **message: Any) -> None:
        await self.dispatcher.deliver({"jsonrpc": "2.0", **message})

    def call(self) -> asyncio.Task[dict[str, Any]]:
        call = Call(method="tools/call", params={"name": "t"}, ask=self.inside.ask)
        return asyncio.create_task(self.dispatcher.request(call))


@pytest.fixture(autouse=True)
def without_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROOTS_PAUSE", 0.0)


@pytest.mark.parametrize("method", QUESTIONS)
async def test_a_question_outside_any_call_goes_to_the_client(method: str) -> None:
    wire = Wire()
    await wire.say(id="q", method=method, params={"x": 1})
    assert await wire.outside.asked.get() == (method, {"x": 1})
    wire.outside.go.set()
    assert await wire.next() == {"jsonrpc": "2.0", "id": "q", "result": {"by": method}}


@pytest.mark.parametrize(("method", "of_call"), [(QUESTIONS[0], False), (QUESTIONS[1], True), (QUESTIONS[2], True)])
async def test_a_question_that_does_not_say_whose_it_is_outlives_the_call(method: str, of_call: bool) -> None:
    """Roots are the session's; what else is asked is most likely because of the newest call."""
    wire = Wire()
    task = wire.call()
    id_ = (await wire.next())["id"]
    await wire.say(id="q", method=method)
    asked = wire.inside if of_call else wire.outside
    assert (await asked.asked.get())[0] == method
    await wire.say(id=id_, result={"done": True})
    assert await task == {"done": True}
    asked.go.set()
    assert (await wire.next())["result"] == {"by": method}


async def test_a_question_because_of_a_call_that_is_given_up_is_withdrawn() -> None:
    wire = Wire()
    task = wire.call()
    await wire.next()
    await wire.say(id="q", method="sampling/createMessage")
    await wire.inside.asked.get()
    task.cancel()
    await asyncio.wait([task])
    assert wire.inside.was_withdrawn


async def test_the_id_of_a_question_that_ended_with_its_call_may_be_used_again() -> None:
    wire = Wire(has_own=False)
    task = wire.call()
    await wire.next()
    await wire.say(id="q", method="sampling/createMessage")
    await wire.inside.asked.get()
    task.cancel()
    await asyncio.wait([task])
    assert (await wire.next())["method"] == "notifications/cancelled"
    await wire.say(id="q", method="ping")
    assert (await wire.next())["result"] == {}


async def test_where_clients_share_a_connection_a_question_ends_with_the_call() -> None:
    wire = Wire(has_own=False)
    task = wire.call()
    id_ = (await wire.next())["id"]
    await wire.say(id="q", method="roots/list")
    await wire.inside.asked.get()
    await wire.say(id=id_, result={})
    await task
    assert wire.inside.was_withdrawn


async def test_progress_of_the_client_reaches_the_server_that_asked() -> None:
    wire, other = Wire(), Wire()
    await wire.say(id="q", method="sampling/createMessage", params={"_meta": {"progressToken": "mine"}})
    _, params = await wire.outside.asked.get()
    progress = {"progressToken": params["_meta"]["progressToken"], "progress": 1}
    for each in (other, wire):
        await each.dispatcher.notify("notifications/progress", dict(progress))
    assert (await wire.next())["params"] == {"progressToken": "mine", "progress": 1}
    assert other.sent.empty()


async def test_a_question_with_the_id_of_one_that_is_open_is_refused() -> None:
    wire = Wire()
    for method in QUESTIONS[1:]:
        await wire.say(id="q", method=method)
    refused = await wire.next()
    assert (refused["id"], refused["error"]["code"]) == ("q", INVALID_REQUEST)
    wire.outside.go.set()
    assert (await wire.next())["result"] == {"by": QUESTIONS[1]}
    await wire.say(id="q", method=QUESTIONS[2])
    assert (await wire.next())["result"] == {"by": QUESTIONS[2]}, "what was answered is open no more"


async def test_a_server_that_asks_too_much_is_refused_until_something_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(questions, "MOST", 2)
    wire = Wire()
    for number in range(3):
        await wire.say(id=number, method="elicitation/create")
    assert (await wire.next())["error"]["message"] == "2 requests are open already"
    wire.outside.go.set()
    assert [(await wire.next())["id"] for _ in range(2)] == [0, 1]
    await asyncio.sleep(0)
    await wire.say(id=3, method="ping")
    assert await wire.next() == {"jsonrpc": "2.0", "id": 3, "result": {}}


@pytest.mark.parametrize("method", ["ping", "roots/list", "unknown/method"])
async def test_answers_are_sent_a_few_at_a_time(method: str) -> None:
    wire, taken = Wire(has_own=False), asyncio.Semaphore(0)
    sending = most = 0

    async def slowly(*_: object) -> None:
        nonlocal sending, most
        sending += 1
        most = max(most, sending)
        await taken.acquire()
        sending -= 1

    wire.dispatcher = Dispatcher(slowly, lambda *_: None)
    for number in range(100):
        await wire.say(id=number, method=method)
        taken.release()
    assert most <= questions.ANSWERS_AT_A_TIME


@pytest.mark.parametrize("method", ["ping", "roots/list", "unknown/method"])
async def test_a_flood_of_questions_ends_the_connection(method: str) -> None:
    wire = Wire()
    task = wire.call()
    await wire.next()

    async def flood() -> None:
        for number in range(1_100):
            await wire.say(id=number, method=method)

    with pytest.raises(FloodError, match="more than 100 times a second"):
        await flood()
    with pytest.raises(FloodError) as caught:
        await task
    assert "max_questions_per_second" in (caught.value.hint or "")
    assert wire.dispatcher.closed


async def test_what_is_withdrawn_before_anybody_was_asked_is_open_no_more() -> None:
    wire = Wire()
    await wire.say(id="q", method="elicitation/create")
    await wire.say(method="notifications/cancelled", params={"requestId": "q"})
    wire.outside.go.set()
    await wire.say(id="q", method="elicitation/create")
    assert (await wire.next())["result"] == {"by": "elicitation/create"}


async def test_a_server_that_reads_no_answer_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TAKEN", 0.0)
    wire = Wire()

    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    wire.dispatcher = Dispatcher(never, lambda *_: None)
    await wire.say(id="q", method="ping")
    await wire.say(id="q", method="ping")  # refused
    with pytest.raises(UpstreamTimeoutError, match="has not read it within"):
        await wire.dispatcher.notify("notifications/roots/list_changed")


async def settling(wire: Wire, *said_before_the_answer: dict[str, Any]) -> asyncio.Task[None]:
    """It waits for the answer to its ping; meanwhile the server speaks."""
    task = asyncio.create_task(wire.dispatcher.settle())
    ping = await wire.next()
    for message in said_before_the_answer:
        await wire.say(**message)
    await wire.say(id=ping["id"], result={})
    return task


async def test_a_server_that_asks_for_no_roots_is_not_waited_for() -> None:
    wire = Wire()
    await (await settling(wire))
    assert wire.sent.empty()
    await (await settling(wire, {"id": "q", "method": "sampling/createMessage"}))
    assert wire.sent.empty(), "a person may take minutes"


@pytest.mark.parametrize("is_fast", [True, False])
async def test_a_server_that_asks_for_roots_has_them_before_the_first_call(is_fast: bool) -> None:
    wire = Wire()
    if is_fast:  # the client has answered before the server answers the ping
        wire.outside.go.set()
    task = await settling(wire, {"id": "q", "method": "roots/list"})
    await wire.outside.asked.get()
    assert not task.done()
    wire.outside.go.set()
    assert (await wire.next())["result"] == {"by": "roots/list"}
    await wire.say(id=(await wire.next())["id"], result={})
    await task


async def test_neither_a_server_nor_a_client_that_is_silent_is_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PING_PATIENCE", 0.0)
    monkeypatch.setattr(questions, "ROOTS_PATIENCE", 0.0)
    wire = Wire()
    await wire.dispatcher.settle()
    await wire.say(id="q", method="roots/list")
    await wire.outside.asked.get()
    await wire.dispatcher.settle()
