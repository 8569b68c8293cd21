"""The response of a run as it grows: its items keep their places, its events their order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.llm.output import Output
from mcptui.llm.response import new_response


class Tools:
    """A label with one tool."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.tools = [{"name": "a"}]


def told(output: Output) -> list[dict[str, Any]]:
    events = []
    while not output.events.empty():
        event = output.events.get_nowait()
        assert event is not None
        events.append(event)
    return events


@pytest.fixture
def output() -> Output:
    return Output(new_response({"model": "m"}))


async def test_a_run_begins_once_and_says_which_tools_there_are(output: Output) -> None:
    sources: list[Any] = [Tools("one"), Tools("two")]
    assert not output.has_begun
    await output.begin(sources)
    await output.begin(sources)
    events = told(output)
    lists = ["output_item.added", "mcp_list_tools.in_progress", "mcp_list_tools.completed", "output_item.done"]
    assert [event["type"].removeprefix("response.") for event in events] == ["created", "in_progress", *lists * 2]
    assert [event["output_index"] for event in events[2:]] == [0] * 4 + [1] * 4
    assert (events[2]["item"]["tools"], events[5]["item"]["tools"][0]["name"]) == ([], "a")
    assert {event["item_id"] for event in events[3:5]} == {events[2]["item"]["id"]}


async def test_one_in_the_background_is_queued_first() -> None:
    output = Output(new_response({"model": "m", "background": True}))
    await output.begin([])
    assert [(event["type"], event["response"]["status"]) for event in told(output)] == [
        ("response.created", "queued"),
        ("response.queued", "queued"),
        ("response.in_progress", "in_progress"),
    ]


async def test_the_items_stand_in_the_order_of_their_places(output: Output) -> None:
    first, second, third = (output.place() for _ in range(3))
    await output.added(third, {"id": "c"})
    await output.added(first, {"id": "a"})
    await output.added(second, {"id": "b"})
    await output.done(first, {"id": "a", "status": "completed"})
    output.put(third, {"id": "c", "status": "failed"})
    await output.end("completed", {"total_tokens": 1})
    assert output.response["output"] == [
        {"id": "a", "status": "completed"},
        {"id": "b"},
        {"id": "c", "status": "failed"},
    ]
    last = told(output)[-1]
    assert (last["type"], last["response"]["usage"]) == ("response.completed", {"total_tokens": 1})


async def test_a_place_that_nothing_came_to_leaves_no_gap(output: Output) -> None:
    output.place()
    output.put(output.place(), {"id": "b"})
    await output.end("incomplete", None)
    assert output.response["output"] == [{"id": "b"}]


async def test_events_are_numbered_in_the_order_in_which_they_are_told(output: Output) -> None:
    await asyncio.gather(*(output.emit({"type": "x", "by": number}) for number in range(50)))
    events = told(output)
    assert [event["sequence_number"] for event in events] == list(range(50))
    assert sorted(event["by"] for event in events) == list(range(50))


async def test_an_event_is_a_picture_of_its_moment(output: Output) -> None:
    await output.begin([])
    await output.end("failed", None)
    created, in_progress, failed = told(output)
    assert [event["response"]["status"] for event in (created, in_progress, failed)] == [
        "in_progress",
        "in_progress",
        "failed",
    ]


async def test_who_reads_slowly_makes_the_run_wait(output: Output) -> None:
    telling = asyncio.gather(*(output.emit({"type": "x"}) for _ in range(output.events.maxsize + 1)))
    await asyncio.sleep(0)
    assert output.events.full()
    assert not telling.done()
    output.events.get_nowait()
    await telling


async def test_the_response_that_it_was_given_is_not_changed() -> None:
    given = new_response({"model": "m"})
    output = Output(given)
    await output.end("completed", {})
    assert (given["status"], given["usage"]) == ("in_progress", None)
