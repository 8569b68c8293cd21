"""Arguments in the Test mode: saved to collections, run as two keys."""

from __future__ import annotations

from mcptui.services.collections.file import read_collection
from mcptui.services.collections.values import Expectation
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.widgets.dialogs import TextDialog
from tests.support.pilot import press
from tests.support.playground import TEXT_RESULT, answering, calls, open_test, showing, slow
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_a_call_is_saved_to_a_collection_with_its_result_as_expectation(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot, "slash", *"read_text", "enter", "enter", *"/srv", "f5", "escape", "S")
        file = app.context.workspace.paths.calls_dir / "files.toml"
        assert "The shown result is its" in text_grid(app)
        await press(pilot, "enter", "enter")
        (call,) = read_collection(file).calls
        assert (call.name, call.target, call.arguments) == ("read_text_file", "files__read_text_file", {"path": "/srv"})
        assert call.expect == Expectation(text=("# Handbook [x]",))
        await press(pilot, "S", "escape", "S", "enter", "escape")
        assert showing(app, PlaygroundScreen)
        assert len(read_collection(file).calls) == 1


async def test_a_call_is_run_as_two_keys_and_the_results_are_compared(make_app: MakeApp) -> None:
    gateway = answering(TEXT_RESULT)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot, "slash", *"read_text", "enter", "enter", *"/srv", "escape", "B", "escape")
        assert calls(gateway) == []
        await press(pilot, "B", "enter")
        assert showing(app, TextDialog)
        first, second = calls(gateway)
        assert first[:2] == second[:2]
        assert (first[2], second[2]) == (None, next(iter(app.state.keys)))
        assert "Both results are the same." in text_grid(app)


async def test_cancelling_the_first_of_two_calls_makes_no_second(make_app: MakeApp) -> None:
    gateway = slow()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot, "slash", *"read_text", "enter", "enter", *"/srv", "escape", "B")
        await pilot.press("enter")
        await pilot.pause()
        await press(pilot, "escape")
        assert len(calls(gateway)) == 1
        assert showing(app, PlaygroundScreen)
