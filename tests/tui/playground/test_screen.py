"""The Test mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mcptui.model.runtime import CallEvent, Listed
from mcptui.tui.widgets.dialogs import TextDialog
from mcptui.tui.widgets.key_select import KeySelect
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.playground import TEXT_RESULT, answering, calls, open_test, showing, slow
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

SIZES = [(60, 20), (80, 24), (120, 36), (200, 60)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_result(make_app: MakeApp, check_screen: Callable[..., None], size: tuple[int, int]) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=size) as pilot:
        screen = await open_test(pilot)
        screen.open_item("tools", "files__read_text_file")
        await settle(pilot)
        check_screen(app, "form")
        await press(pilot, "enter", *"/srv", "f5")
        check_screen(app, "result")


async def test_the_form_is_sent_as_the_chosen_key(make_app: MakeApp) -> None:
    gateway = answering(TEXT_RESULT)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "f8")
        assert screen.query_one(KeySelect).has_focus
        await press(pilot, "enter", "down", "enter")
        assert app.testing_key == "cursor-laptop"
        screen.open_item("tools", "files__read_text_file")
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "enter", *"/srv", "tab", *"40", "alt+t")
        arguments = {"path": "/srv", "head": 40}
        assert calls(gateway) == [
            ("tools/call", {"name": "files__read_text_file", "arguments": arguments}, "cursor-laptop")
        ]
        assert "✓ Result" in text_grid(app)


async def test_malformed_entries_of_a_list_are_said(make_app: MakeApp) -> None:
    servers = [replace(server, left_out=2 if server.name == "files" else 0) for server in data.STATUS.servers]
    app = make_app(gateway=demo_gateway(running=replace(data.STATUS, servers=servers)))
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot)
        assert "Tools · 2 malformed omitted" in text_grid(app)


async def test_prompts_and_resources(make_app: MakeApp) -> None:
    listed = Listed(
        prompts=[{"name": "greet", "arguments": [{"name": "who", "required": True}]}],
        resources=[{"uri": "note://1", "name": "First"}],
        templates=[{"uriTemplate": "note://{id}", "name": "Any"}],
        owners={"greet": ("demo", "greet")},
    )
    gateway = demo_gateway(
        by_key={None: listed},
        events={
            "prompts/get": [CallEvent(type="result", value={"messages": []})],
            "resources/read": [CallEvent(type="result", value={"contents": []})],
        },
    )
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "right_square_bracket", "enter", *"Al", "f5")
        screen.table.table.focus()
        await press(pilot, "right_square_bracket", "j", "enter", *"a b", "f5")
        assert calls(gateway) == [
            ("prompts/get", {"name": "greet", "arguments": {"who": "Al"}}, None),
            ("resources/read", {"uri": "note://a%20b"}, None),
        ]
        screen.table.table.focus()
        await press(pilot, "left_square_bracket", "left_square_bracket")
        assert "Nothing here" in text_grid(app)
        assert screen.item is None


async def test_copies(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_test(pilot, "enter", *"a/b", "f5")
        screen.table.table.focus()
        await press(pilot, "y")
        assert app.clipboard == "# Handbook [x]"
        await press(pilot, "Y", *"command", "enter")
        assert app.clipboard == 'mcptui tool call deepwiki__read_wiki_structure --args \'{"repoName": "a/b"}\''
        await press(pilot, "Y", *"curl", "enter")
        assert app.clipboard.startswith("curl http://127.0.0.1:4000/mcp")
        await press(pilot, "v")
        assert showing(app, TextDialog)
        assert "inputSchema" in text_grid(app)


async def test_without_a_gateway_the_screen_says_so(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(gateway=FakeGateway())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_test(pilot)
        check_screen(app)
        app.gateway_view = app.gateway_view.seen(data.STATUS)
        await settle(pilot)
        assert "No server is ready" in text_grid(app)


async def test_a_key_that_disappears_is_not_used_any_more(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_test(pilot)
        app.testing_key = "ci"
        await settle(pilot)
        assert "github__" in text_grid(app)
        keys = {name: key for name, key in app.state.keys.items() if name != "ci"}
        app.loaded = replace(app.loaded, state=replace(app.state, keys=keys))
        await settle(pilot)
        assert app.testing_key is None


async def test_examples_are_saved_filled_in_and_forgotten(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "x", "ctrl+s", *"mine", "enter", "backspace", "y", "escape")
        assert screen.form.arguments.read().value == {"repoName": "y"}
        await press(pilot, "H")
        assert '{"repoName":"x"}' in text_grid(app)
        await press(pilot, "D", "enter")
        assert screen.form.arguments.read().value == {"repoName": "x"}
        await press(pilot, "escape", "H", "d", "H")
        assert "No calls yet" in text_grid(app)


async def test_escape_cancels_a_running_call_also_while_the_list_is_filtered(make_app: MakeApp) -> None:
    gateway = slow()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "slash", *"read_text", "enter", "enter", *"/srv")
        await pilot.press("f5")
        await pilot.pause()
        assert screen.is_calling
        screen.table.table.focus()
        await press(pilot, "escape")
        assert gateway.cancelled
        assert screen.table.filter_text == "read_text"
        await press(pilot, "escape")
        assert screen.table.filter_text == ""


async def test_brackets_step_through_what_has_the_focus(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "slash", *"read_text", "enter", "enter", *"/srv", "f5")
        screen.result.text_area.focus()
        await press(pilot, "right_square_bracket")
        assert (screen.tabs.current, screen.result.tabs.current) == ("tools", "json")
        screen.table.table.focus()
        await press(pilot, "right_square_bracket")
        assert (screen.tabs.current, screen.result.tabs.current, screen.table.filter_text) == ("prompts", "json", "")
