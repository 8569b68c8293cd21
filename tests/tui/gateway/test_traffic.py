"""The list of calls: read page by page, through a gateway that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.widgets import Input

from mcptui.model.calls import CallQuery, FoundCalls
from mcptui.model.limits import Limits
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.log import History
from mcptui.tui.gateway.screen import GatewayScreen
from mcptui.tui.gateway.traffic import TrafficPane
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway, fake_of
from tests.support.screens import text_grid

NUMBER = 1_300


def calls(*numbers: int) -> list[CallRecord]:
    return [replace(data.RECORDS[0], id=number, name=f"tool-{number}", tool=f"tool-{number}") for number in numbers]


class Searches:
    """What was searched for, and the filters whose answers are waited for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.held: dict[str, asyncio.Event] = {}

    def hold(self, text: str) -> asyncio.Event:
        """Keep the answers to ``text`` back until the event is set."""
        return self.held.setdefault(text, asyncio.Event())


def pane_of(app: McptuiApp) -> TrafficPane:
    assert isinstance(app.screen, GatewayScreen)
    return app.screen.traffic


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What is asked for, as (skip, limit)."""
    asked: list[tuple[int, int]] = []
    answer = FakeGateway.found_calls

    async def found_calls(
        self: FakeGateway, query: CallQuery, newest: int, skip: int = 0, limit: int = 100
    ) -> list[CallRecord]:
        asked.append((skip, limit))
        return await answer(self, query, newest, skip, limit)

    monkeypatch.setattr(FakeGateway, "found_calls", found_calls)
    return asked


async def opened(make_app: MakeApp, recorded: Sequence[CallRecord], **gateway: object) -> McptuiApp:
    app = make_app(gateway=demo_gateway(records=[], **gateway))
    await fake_of(app).record(recorded)
    return app


async def test_only_what_is_looked_at_is_fetched(make_app: MakeApp, pages: list[tuple[int, int]]) -> None:
    app = await opened(make_app, calls(*range(1, NUMBER + 1)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert "1,300 calls" in text_grid(app)
        assert "tool-1300" in text_grid(app)
        assert [skip for skip, _ in pages] == [0]
        await press(pilot, "G")
        assert "tool-1 " in text_grid(app)
        assert pane_of(app).record == replace(calls(1)[0], params=None, result=None, events=())
        assert max(limit for _, limit in pages) < 100
        assert sum(limit for _, limit in pages) < 200


async def test_what_the_history_forgets_leaves_the_list(make_app: MakeApp) -> None:
    app = await opened(make_app, calls(*range(1, NUMBER + 1)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        smaller = History(fake_of(app).history, Limits(history_records=1_000))
        await smaller.record(calls(NUMBER + 1))
        await smaller.close()
        await press(pilot, "G")
        assert "999 calls" in text_grid(app)
        assert pane_of(app).record is not None
        assert "tool-302 " in text_grid(app)


async def test_the_cursor_stays_on_its_call_through_a_search(make_app: MakeApp) -> None:
    app = await opened(make_app, calls(*range(1, NUMBER + 1)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", *"jj")
        await press(pilot, "slash")
        for text, place in (("tool:tool-129*", 1), ("tool:tool-12*", 1), ("", 2), ("tool:*0", 1), ("key:nobody", 0)):
            app.screen.query_one("#traffic Input", Input).value = text
            await settle(pilot)
            assert pane_of(app).table.cursor == place, text
        app.screen.query_one("#traffic Input", Input).value = ""
        await settle(pilot)
        record = pane_of(app).record
        assert record is not None
        assert record.id == NUMBER, "a list without its call begins at the newest"


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Searches:
    """All searches, which are answered when the test says so."""
    searches, answer = Searches(), FakeGateway.search_calls

    async def search_calls(self: FakeGateway, query: CallQuery, near: int = 0) -> FoundCalls:
        searches.asked.append(query.text)
        if query.text in searches.held:
            await searches.held[query.text].wait()
        return await answer(self, query, near)

    monkeypatch.setattr(FakeGateway, "search_calls", search_calls)
    return searches


async def test_while_many_calls_come_one_search_after_the_other_is_made(make_app: MakeApp, searches: Searches) -> None:
    app = await opened(make_app, calls(1))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        searches.asked.clear()
        answers = searches.hold("")
        records = calls(*range(2, 3_002))
        for start in range(0, 3_000, 100):
            for record in records[start : start + 100]:
                pane_of(app).add(record)
            await pilot.pause()
        # Some were missed: there is a gap between these and those before.
        for record in calls(4_000, 4_002):
            pane_of(app).add(record)
        await pilot.pause()
        assert searches.asked == [""]
        await fake_of(app).record([*records, *calls(*range(3_002, 4_003))])
        answers.set()
        await settle(pilot)
        assert searches.asked == ["", ""]
        assert "4,002 calls" in text_grid(app)


async def test_a_late_answer_does_not_undo_a_filter(make_app: MakeApp, searches: Searches) -> None:
    app = await opened(make_app, calls(1, 2, 3))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        answers = searches.hold("")
        for record in calls(4, 6):
            pane_of(app).add(record)
        await pilot.pause()
        app.screen.query_one("#traffic Input", Input).value = "tool:tool-2"
        while pane_of(app).call_query.text != "tool:tool-2":
            await pilot.pause()
        answers.set()
        await settle(pilot)
        assert "1 call match" in text_grid(app)


async def test_a_cursor_that_moves_during_a_search_is_left_alone(make_app: MakeApp, searches: Searches) -> None:
    app = await opened(make_app, calls(*range(1, 11)))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "j")
        answers = searches.hold("")
        pane_of(app).search()
        await pilot.pause()
        pane_of(app).table.cursor = 4
        answers.set()
        await settle(pilot)
        assert pane_of(app).table.cursor == 4


async def test_without_a_gateway_it_says_what_to_do_and_then_lists_what_was_before(make_app: MakeApp) -> None:
    app = await opened(make_app, calls(1, 2, 3), running=None)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert "The gateway is not running" in text_grid(app)
        assert "s  start" in text_grid(app)
        await press(pilot, "right_square_bracket")
        assert "The gateway is not running" in text_grid(app)
        await press(pilot, "left_square_bracket", "s")
        assert "3 calls" in text_grid(app)
        assert "tool-3" in text_grid(app)


async def test_a_filter_waits_for_the_gateway(make_app: MakeApp) -> None:
    app = await opened(make_app, calls(1, 2, 3))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        await fake_of(app).stop()
        await press(pilot, "slash")
        app.screen.query_one("#traffic Input", Input).value = "tool:tool-2"
        await settle(pilot)
        grid = text_grid(app)
        assert "the gateway does not answer" in grid
        assert "3 calls ─" in grid, "what is listed is not what the filter lets through"
        fake_of(app).starts_as = replace(data.STATUS, instance_id="another")
        await press(pilot, "enter", "R", "y")
        assert "1 call match" in text_grid(app)
