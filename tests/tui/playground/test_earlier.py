"""The choice among examples and earlier runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from textual.app import App

from mcptui.tui.playground.earlier import Choice, EarlierDialog
from mcptui.tui.playground.items import Request
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.playground.runs import Run
from tests.support.screens import text_grid

NOW = datetime(2027, 1, 31, 12, 0, tzinfo=UTC)


def run(number: int, at: datetime, **more: bool) -> Run:
    request = Request("tools/call", {"name": "t", "arguments": {"n": number}})
    return Run(number, "tools:t", at.timestamp(), Outcome.of_result(Facts(request, None, 12.0), {}), **more)


RUNS = [run(1, NOW), run(2, NOW - timedelta(days=40), is_repeatable=False)]


@pytest.mark.parametrize(
    ("keys", "choice"),
    [
        (["enter"], Choice("load", example="first")),
        (["d"], Choice("delete", example="first")),
        (["j", "enter"], Choice("load", run=RUNS[0])),
        (["j", "j", "D"], Choice("diff", run=RUNS[1])),
        (["escape"], None),
        # An example is compared with nothing, and what was run is not forgotten.
        (["D", "escape"], None),
        (["j", "d", "escape"], None),
    ],
)
async def test_what_is_chosen(keys: list[str], choice: Choice | None) -> None:
    app = App[None]()
    chosen: list[Choice | None] = []
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(EarlierDialog("t", {"first": {"n": 0}}, RUNS, NOW.astimezone().date()), chosen.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
    assert chosen == [choice]


async def test_rows_say_when_who_and_what_cannot_be_sent_again() -> None:
    app = App[None]()
    async with app.run_test(size=(120, 36)) as pilot:
        app.push_screen(EarlierDialog("t", {"first": {"n": 0}}, RUNS, NOW.astimezone().date()))
        await pilot.pause()
        grid = text_grid(app)
    today = f"{NOW.astimezone():%H:%M:%S}"
    old = f"{(NOW - timedelta(days=40)).astimezone():%d %b}"
    for text in (today, old, "example", '{"n":0}', "ok 12 ms", "owner", 'redacted or truncated: {"n":2}'):
        assert text in grid
