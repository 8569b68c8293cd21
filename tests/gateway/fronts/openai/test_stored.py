"""Responses that are kept, and those that are made in the background."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import openai
import pytest

from mcptui.gateway.fronts.openai.stored import EventLog, Stored, StoredResponses
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.conversation import Asked, Conversation
from mcptui.stores.responses import LocalResponses, StoredResponse
from mcptui.tasks import start_task
from tests.support.event_order import check_order
from tests.support.provider import Refusal, Says
from tests.support.rig import Rig, running_rig

ME, OTHER = KeyPrincipal("me"), KeyPrincipal("other")
ADD = ("one__add", '{"a": 1, "b": 2}')
both = pytest.mark.parametrize("model", ["chat", "resp"])


def tool(rig: Rig) -> Any:
    """All servers, without approvals."""
    url = f"{rig.gateway.url}/mcp"
    return {"type": "mcp", "server_label": "gw", "server_url": url, "require_approval": "never"}


@both
async def test_a_response_is_kept_for_its_principal(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("3")]
    client = rig.client()
    made = await client.responses.create(model=model, input="hi", tools=[tool(rig)])
    assert await client.responses.retrieve(made.id) == made
    items = [item async for item in client.responses.input_items.list(made.id)]
    assert items[0].content[0].text == "hi"
    for call in (rig.client("only-two").responses.retrieve(made.id), client.responses.retrieve("resp_x")):
        with pytest.raises(openai.NotFoundError, match="not found"):
            await call
    with pytest.raises(openai.BadRequestError, match="made in the background"):
        await client.responses.cancel(made.id)
    await client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        await client.responses.retrieve(made.id)


@both
async def test_a_response_that_is_not_to_be_kept(rig: Rig, model: str) -> None:
    made = await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)], store=False)
    with pytest.raises(openai.NotFoundError):
        await rig.client().responses.retrieve(made.id)


async def test_an_earlier_response_of_the_provider_itself(rig: Rig) -> None:
    await rig.client().responses.create(
        model="resp", input="hi", previous_response_id="resp_upstream_1", tools=[tool(rig)]
    )
    assert rig.provider.asked[0].body["previous_response_id"] == "resp_upstream_1"
    with pytest.raises(openai.BadRequestError) as unknown:
        await rig.client().responses.create(model="chat", input="hi", previous_response_id="resp_upstream_1")
    assert unknown.value.code == "previous_response_not_found"


@both
async def test_a_plain_request_goes_on_after_one_with_tools(rig: Rig, model: str) -> None:
    rig.provider.rounds = [Says(calls=(ADD,)), Says("3"), Says("bye")]
    first = await rig.client().responses.create(model=model, input="hi", tools=[tool(rig)])
    second = await rig.client().responses.create(model=model, input="and?", previous_response_id=first.id)
    assert second.output_text == "bye"
    assert "previous_response_id" not in rig.provider.asked[2].body
    sent = rig.provider.asked[2].raw
    assert sent.count(b"one__add") == 1
    assert second.previous_response_id == first.id


@both
async def test_in_the_background(rig: Rig, model: str) -> None:
    hold = asyncio.Event()

    async def slow(_: Any) -> dict[str, Any]:
        await hold.wait()
        return {"content": [{"type": "text", "text": "at last"}]}

    rig.one.tools["add"] = slow
    rig.provider.rounds = [Says(calls=(ADD,)), Says("3")]
    client = rig.client()
    queued = await client.responses.create(model=model, input="hi", tools=[tool(rig)], background=True)
    assert (queued.status, queued.background, queued.output) == ("queued", True, [])
    await rig.one.until(lambda: bool(rig.one.messages("tools/call")))
    assert (await client.responses.retrieve(queued.id)).status == "in_progress"
    again = await client.responses.retrieve(queued.id, stream=True)
    hold.set()
    events = [event.model_dump(exclude_unset=True) async for event in again]
    assert check_order(events)["status"] == "completed"
    late = await client.responses.retrieve(queued.id, stream=True, starting_after=3)
    assert [event.sequence_number async for event in late] == [event["sequence_number"] for event in events[4:]]
    assert (await client.responses.retrieve(queued.id)).output_text == "3"
    assert (await client.responses.cancel(queued.id)).status == "completed"


@both
async def test_cancelling_reaches_the_tool(rig: Rig, model: str) -> None:
    started, stopped = asyncio.Event(), asyncio.Event()

    async def hang(_: Any) -> dict[str, Any]:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return {}

    rig.one.tools["add"] = hang
    rig.provider.rounds = [Says(calls=(ADD,))]
    client = rig.client()
    queued = await client.responses.create(model=model, input="hi", tools=[tool(rig)], background=True)
    await asyncio.wait_for(started.wait(), 5)
    with pytest.raises(openai.NotFoundError):
        await rig.client("only-two").responses.cancel(queued.id)
    assert (await client.responses.cancel(queued.id)).status == "cancelled"
    await asyncio.wait_for(stopped.wait(), 5)
    assert (await client.responses.retrieve(queued.id)).status == "cancelled"


async def test_a_stream_of_a_background_response_that_is_left_goes_on(rig: Rig) -> None:
    hold = asyncio.Event()
    rig.provider.rounds = [Says("hello there", hold=hold)]
    client = rig.client()
    stream = await client.responses.create(
        model="chat", input="hi", background=True, stream=True, extra_body={"store": True}
    )
    event = await anext(aiter(stream))
    await stream.close()
    hold.set()
    again = await client.responses.retrieve(event.response.id, stream=True)
    assert [event.type async for event in again][-1] == "response.completed"


async def test_a_background_response_that_fails(rig: Rig) -> None:
    rig.provider.rounds = [Refusal(400, "too long")]
    client = rig.client()
    queued = await client.responses.create(model="chat", input="hi", background=True)
    again = await client.responses.retrieve(queued.id, stream=True)
    told = [event.type.removeprefix("response.") async for event in again]
    assert told == ["created", "queued", "in_progress", "failed"]
    failed = await client.responses.retrieve(queued.id)
    assert failed.status == "failed"
    assert "too long" in failed.error.message
    with pytest.raises(openai.BadRequestError, match="background needs store"):
        await client.responses.create(model="chat", input="hi", background=True, store=False)


# -- after a restart ----------------------------------------------------------------------------------------


@both
async def test_a_conversation_with_an_open_question_goes_on_after_a_restart(tmp_path: Path, model: str) -> None:
    async with running_rig(kept=tmp_path) as rig:
        rig.provider.rounds = [Says(calls=(ADD,))]
        asks = {**tool(rig), "require_approval": "always"}
        first = await rig.client().responses.create(model=model, input="my number is sk-all", tools=[asks])
    async with running_rig(kept=tmp_path) as rig:
        rig.provider.rounds = [Says("It is 3.")]
        assert await rig.client().responses.retrieve(first.id) == first
        with pytest.raises(openai.NotFoundError):
            await rig.client("only-two").responses.retrieve(first.id)
        yes = {"type": "mcp_approval_response", "approval_request_id": first.output[-1].id, "approve": True}
        second = await rig.client().responses.create(
            model=model, previous_response_id=first.id, input=[yes], tools=[tool(rig)]
        )
        assert (second.output[0].output, second.output_text) == ("3", "It is 3.")
        await rig.client().responses.delete(first.id)
    async with running_rig(kept=tmp_path) as rig:
        with pytest.raises(openai.NotFoundError):
            await rig.client().responses.retrieve(first.id)


async def test_what_was_made_in_the_background_is_there_after_a_restart(tmp_path: Path) -> None:
    async with running_rig(kept=tmp_path) as rig:
        rig.provider.rounds = [Says("hello"), Says("never", hold=asyncio.Event())]
        client = rig.client()
        made = await client.responses.create(model="chat", input="hi", background=True)
        events = [event async for event in await client.responses.retrieve(made.id, stream=True)]
        cut = await client.responses.create(model="chat", input="hi", background=True)
    async with running_rig(kept=tmp_path) as rig:
        client = rig.client()
        late = [event async for event in await client.responses.retrieve(made.id, stream=True, starting_after=2)]
        assert late == events[3:]
        assert (await client.responses.cancel(made.id)).output_text == "hello"
        assert (await client.responses.retrieve(cut.id)).status == "cancelled"


# -- without a gateway --------------------------------------------------------------------------------------


def stored(id_: str, **members: Any) -> Stored:
    asked = {"q": Asked("gw", "t", "{}", {"call_id": "c"}), "r": Asked("gw", "t", "{}")}
    conversation = Conversation([{"role": "user", "content": "hi"}], asked, {"gw", "far"})
    return Stored(ME.id, {"id": id_, "status": "completed"}, conversation, [{"id": "item_0"}], **members)


async def test_what_is_kept_comes_back_whole() -> None:
    kept = StoredResponses(LocalResponses())
    await kept.put(stored("a"))
    assert await kept.find("a", ME) == stored("a")
    await kept.put(stored("b", log=EventLog([b"one", b"two"])))
    found = await kept.find("b", ME)
    assert found is not None
    assert found.log is not None
    assert [event async for event in found.log.after(-1)] == [b"one", b"two"]
    for id_, principal in (("a", OTHER), ("c", ME), (None, ME), (5, ME)):
        assert await kept.find(id_, principal) is None


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("said", ["ü\ud800\0", 2**70, 1.5e300, nested(250), {"a": None, "": [True, {}]}])
async def test_whatever_was_said_comes_back_but_keys_of_the_gateway(said: Any) -> None:
    kept, one = StoredResponses(LocalResponses()), stored("a")
    one.response["instructions"] = "I am sk-mcptui-" + "x" * 43
    one.conversation.items = one.given = [{"said": said}]
    await kept.put(one)
    found = await kept.find("a", ME)
    assert found is not None
    assert found.conversation.items == found.given == [{"said": said}]
    assert found.response["instructions"] == "I am [removed: a key of this gateway]"


async def test_one_that_is_being_made_is_ended_with_the_gateway() -> None:
    kept = StoredResponses(LocalResponses())
    task = start_task(asyncio.Event().wait(), name="run", awaited=True)
    running = stored("a", log=EventLog(), task=task)
    kept.begin(running)
    assert (await kept.find("a", ME), await kept.find("a", OTHER), kept.running) == (running, None, 1)
    await kept.close()
    assert task.cancelled()


class SlowStore(LocalResponses):
    """Puts a response when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.putting, self.may_put = asyncio.Event(), asyncio.Event()

    async def put(self, response: StoredResponse) -> None:
        self.putting.set()
        await self.may_put.wait()
        await super().put(response)


async def test_one_that_is_removed_while_it_is_stored_is_gone() -> None:
    store = SlowStore()
    kept, running = StoredResponses(store), stored("a", log=EventLog())
    kept.begin(running)
    finishing = start_task(kept.finish(running), name="finish", awaited=True)
    await store.putting.wait()
    assert await kept.find("a", ME) is running
    await kept.remove("a")
    store.may_put.set()
    await finishing
    assert await kept.find("a", ME) is None
    await kept.finish(running)
    assert await kept.find("a", ME) is None
