"""Lines that keep coming."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from mcptui.tui.widgets import log_pane
from mcptui.tui.widgets.log_pane import LogPane

LINES = ["12:00 DEBUG one", "12:00 INFO two", "12:01 WARNING three", "12:02 ERROR four", "  Traceback of four"]


class LogApp(App[None]):
    """Only a log."""

    def compose(self) -> ComposeResult:
        yield LogPane("Log")

    @property
    def pane(self) -> LogPane:
        return self.query_one(LogPane)

    @property
    def shown(self) -> list[str]:
        return list(self.pane.log_widget.lines)


@pytest.fixture
async def pilot(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pilot[None]]:
    monkeypatch.setattr(log_pane, "_PAUSE", 0.0)
    async with LogApp().run_test() as pilot:
        pilot.app.query_one(LogPane).log_widget.focus()
        yield pilot


def app_of(pilot: Pilot[None]) -> LogApp:
    assert isinstance(pilot.app, LogApp)
    return pilot.app


async def test_a_line_without_a_level_goes_with_the_one_before(pilot: Pilot[None]) -> None:
    app = app_of(pilot)
    app.pane.add(LINES)
    counts = []
    for _ in range(4):
        await pilot.press("L")
        counts.append((len(app.shown), str(app.pane.border_subtitle)))
    assert counts == [
        (4, "info and above · 4/5"),
        (3, "warnings and errors · 3/5"),
        (2, "errors only · 2/5"),
        (5, ""),
    ]


async def test_all_words_of_the_filter_have_to_be_there_and_new_lines_count(pilot: Pilot[None]) -> None:
    app = app_of(pilot)
    app.pane.add(LINES)
    await pilot.press("slash", *"FOUR error")
    await app.workers.wait_for_complete()
    await pilot.pause()
    assert app.shown == ["12:02 ERROR four"]
    app.pane.add(["12:03 ERROR another four", "12:03 ERROR five"])
    assert str(app.pane.border_subtitle) == "2/7"
    await pilot.press("enter")
    assert app.pane.log_widget.has_focus
    await pilot.press("escape")
    await app.workers.wait_for_complete()
    await pilot.pause()
    assert len(app.shown) == 7
    assert app.query_one(Input).value == ""


async def test_only_the_newest_are_kept_and_the_count_stays_right(
    pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_of(pilot)
    await pilot.press("L")
    kept = app.pane._lines.maxlen or 0
    app.pane.add(f"12:00 {'INFO' if n % 2 else 'DEBUG'} {n}" for n in range(kept + 10))
    assert len(app.pane.lines) == kept
    assert str(app.pane.border_subtitle) == f"info and above · {kept // 2}/{kept}"


async def test_what_acts_on_a_terminal_is_shown_harmless(pilot: Pilot[None]) -> None:
    app = app_of(pilot)
    app.pane.add(["a\x1b[2Jb\nc", "[/x]"])
    assert "\x1b" not in "".join(app.shown)
    assert app.shown[1] == "[/x]"


async def test_following_can_be_stopped(pilot: Pilot[None]) -> None:
    app = app_of(pilot)
    await pilot.press("f")
    assert (app.pane.log_widget.auto_scroll, str(app.pane.border_subtitle)) == (False, "not following")
    await pilot.press("f")
    assert (app.pane.log_widget.auto_scroll, str(app.pane.border_subtitle)) == (True, "")
    app.pane.add(LINES)
    app.pane.clear()
    assert (app.pane.lines, app.shown) == ([], [])
