"""Calls typed on one line in the Test mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot

from mcptui.model.runtime import CallEvent
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.playground.typed_dialog import CallInput, TypedCallDialog
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

DONE = CallEvent(type="result", value={"content": []})


def gateway() -> FakeGateway:
    return demo_gateway(events={"tools/call": [DONE], "prompts/get": [DONE]})


def sent(gateway: FakeGateway) -> list[tuple[Any, ...]]:
    return [asked[1:3] for asked in gateway.asked if asked[0] == "call"]


async def open_dialog(pilot: Pilot[Any], line: str = "") -> PlaygroundScreen:
    await settle(pilot)
    await press(pilot, "3", "ctrl+l")
    assert isinstance(pilot.app.screen, TypedCallDialog)
    if line:
        pilot.app.screen.query_one(CallInput).value = line
        pilot.app.screen.query_one(CallInput).cursor_position = len(line)
        await settle(pilot)
    screen = pilot.app.screen_stack[-2]
    assert isinstance(screen, PlaygroundScreen)
    return screen


async def test_enter_fills_in_the_form_and_a_second_one_runs(make_app: MakeApp) -> None:
    fake = gateway()
    app = make_app(gateway=fake)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_dialog(pilot, "files__read_text_file path=/srv head=40")
        await press(pilot, "enter")
        assert app.screen is screen
        assert screen.item is not None
        assert screen.item.name == "files__read_text_file"
        assert screen.form.arguments.peek().value == {"path": "/srv", "head": 40}
        assert sent(fake) == []
        await press(pilot, "enter")
        assert sent(fake) == [
            ("tools/call", {"name": "files__read_text_file", "arguments": {"path": "/srv", "head": 40}})
        ]


async def test_a_run_key_runs_at_once(make_app: MakeApp) -> None:
    fake = gateway()
    app = make_app(gateway=fake)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_dialog(pilot, 'files__read_text_file("/srv", 1)')
        await press(pilot, "alt+t")
        assert sent(fake)[0][1]["arguments"] == {"path": "/srv", "head": 1}


async def test_what_is_wrong_is_said_and_the_line_stays(make_app: MakeApp) -> None:
    app = make_app(gateway=gateway())
    async with app.run_test(size=(120, 36)) as pilot:
        await open_dialog(pilot, "files__read_text_file head=many")
        await press(pilot, "enter")
        assert "✗ column 28: head: not a number" in text_grid(app)
        assert app.screen.query_one(CallInput).cursor_position == 27
        app.screen.query_one(CallInput).value = "no_such(1)"
        await press(pilot, "f5")
        assert "✗ column 1: no_such is no tool or prompt here" in text_grid(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, PlaygroundScreen)


async def test_names_are_completed(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(gateway=gateway())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_dialog(pilot, "text_f")
        check_screen(app)
        line = app.screen.query_one(CallInput)
        await press(pilot, "tab")
        assert line.value == "files__read_text_file "
        await press(pilot, "down", "enter")
        assert line.value == "files__read_text_file path="
        await press(pilot, "/", "space", "up", "tab")
        assert line.value == "files__read_text_file path=/ head="


async def test_it_begins_with_the_item_that_is_shown(make_app: MakeApp) -> None:
    app = make_app(gateway=gateway())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_dialog(pilot)
        assert screen.item is not None
        assert app.screen.query_one(CallInput).value == f"{screen.item.name} "
