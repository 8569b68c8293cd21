"""The Test mode."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import TextArea

from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallEvent, Json, JsonObject, Listed
from mcptui.tui.ask.dialogs import FormDialog
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.widgets.dialogs import ConfirmDialog, TextDialog
from mcptui.tui.widgets.key_select import KeySelect
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid

SIZES = [(60, 20), (80, 24), (120, 36), (200, 60)]
TEXT_RESULT = CallEvent(type="result", value={"content": [{"type": "text", "text": "# Handbook [x]"}]})


def answering(*events: CallEvent | UnreachableError, **more: Any) -> FakeGateway:
    return demo_gateway(events={"tools/call": events}, **more)


async def open_test(pilot: Pilot[Any], *keys: str) -> PlaygroundScreen:
    await settle(pilot)
    await press(pilot, "3")
    screen = pilot.app.screen
    assert isinstance(screen, PlaygroundScreen)
    await press(pilot, *keys)
    return screen


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    return isinstance(app.screen, kind)


def calls(gateway: FakeGateway) -> list[tuple[Any, ...]]:
    """What was run; what was asked while typing is left out."""
    return [asked[1:] for asked in gateway.asked if asked[0] == "call" and asked[1] != "completion/complete"]


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
        screen = await open_test(pilot, "a")
        assert screen.query_one(KeySelect).has_focus
        await press(pilot, "enter", "down", "enter")
        assert app.testing_key == "cursor-laptop"
        screen.open_item("tools", "files__read_text_file")
        await settle(pilot)
        screen.table.table.focus()
        await press(pilot, "enter", *"/srv", "tab", *"40", "ctrl+r")
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
        assert "Tools · 2 malformed left out" in text_grid(app)


async def test_what_is_missing_is_said_and_nothing_is_sent(make_app: MakeApp) -> None:
    gateway = answering(TEXT_RESULT)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot, "f5")
        assert "not sent: repoName: required" in text_grid(app)
        assert calls(gateway) == []
        await press(pilot, "ctrl+t", "f5")
        assert len(calls(gateway)) == 1


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (CallEvent(type="result", value={"isError": True, "content": []}), "Tool error"),
        (CallEvent(type="error", value={"code": -32602, "message": "no"}), "Protocol error"),
        (CallEvent(type="error", value={"code": -31001, "message": "gone"}), "no answer from the server"),
        (UnreachableError("nobody there"), "no answer from the gateway"),
        (CallEvent(type="progress", value={"progress": 1}), "no answer from the gateway"),
    ],
)
async def test_every_end_has_its_own_words(make_app: MakeApp, event: CallEvent | UnreachableError, words: str) -> None:
    app = make_app(gateway=answering(event))
    async with app.run_test(size=(120, 36)) as pilot:
        await open_test(pilot, "enter", "x", "f5")
        assert words in text_grid(app)


@dataclass(slots=True)
class SlowGateway(FakeGateway):
    """Its calls go on until they are answered or cancelled."""

    before: Sequence[CallEvent] = ()
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: bool = False

    async def call(
        self, method: str, params: JsonObject | None = None, *, key: str | None = None
    ) -> AsyncGenerator[CallEvent, None]:
        self.asked.append(("call", method, params, key))
        try:
            for event in self.before:
                yield event
            await self.answered.wait()
            yield TEXT_RESULT
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled = True
            raise

    async def answer(self, event_id: Any, result: Json = None, error: Json = None) -> None:
        self.asked.append(("answer", event_id, result, error))
        self.answered.set()


def slow(*before: CallEvent) -> SlowGateway:
    return SlowGateway(running=data.STATUS, by_key=data.LISTED, before=before)


async def test_a_running_call_shows_progress_and_can_be_cancelled(make_app: MakeApp) -> None:
    gateway = slow(
        CallEvent(type="progress", value={"progress": 1, "total": 4, "message": "reading"}),
        CallEvent(type="log", value={"level": "info", "data": "a log line"}),
    )
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "x")
        await pilot.press("f5")
        await pilot.pause()
        assert screen.is_calling
        grid = text_grid(app)
        assert "██░░" in grid
        assert "1/4  reading" in grid
        assert "esc cancels" in grid
        await pilot.press("f5")
        await pilot.pause()
        assert len(calls(gateway)) == 1
        await press(pilot, "escape")
        assert screen.outcome is not None
        assert screen.outcome.kind == "cancelled"
        assert gateway.cancelled
        screen.result.tabs.current = "log"
        await settle(pilot)
        assert "info: a log line" in text_grid(app)


async def test_a_question_of_the_server_is_answered(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    schema = {"type": "object", "properties": {"repo": {"type": "string"}}, "required": ["repo"]}
    question = {"id": "7", "method": "elicitation/create", "params": {"message": "Which?", "requestedSchema": schema}}
    gateway = slow(CallEvent(type="ask", value=question))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "enter", "x")
        await pilot.press("f5")
        await pilot.pause()
        assert showing(app, FormDialog)
        check_screen(app)
        await press(pilot, "a", "b", "ctrl+s")
        await settle(pilot)
        assert ("answer", "7", {"action": "accept", "content": {"repo": "ab"}}, None) in gateway.asked
        assert screen.outcome is not None
        assert screen.outcome.kind == "ok"


async def test_a_question_goes_away_with_its_call(make_app: MakeApp) -> None:
    gateway = slow(CallEvent(type="ask", value={"id": "7", "method": "roots/list"}))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "enter", "x")
        await pilot.press("f5")
        await pilot.pause()
        assert not showing(app, PlaygroundScreen)
        screen.action_back()
        await settle(pilot)
        assert showing(app, PlaygroundScreen)
        assert [asked for asked in gateway.asked if asked[0] == "answer"] == []


async def test_unknown_questions_are_refused_at_once(make_app: MakeApp) -> None:
    gateway = slow(CallEvent(type="ask", value={"id": "7", "method": "odd"}))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_test(pilot, "enter", "x", "f5")
        assert [asked[3]["code"] for asked in gateway.asked if asked[0] == "answer"] == [-32601]


async def test_destructive_tools_ask_first(make_app: MakeApp) -> None:
    wipe = {"name": "demo__wipe", "inputSchema": {"type": "object"}, "annotations": {"destructiveHint": True}}
    gateway = answering(TEXT_RESULT, by_key={None: Listed(tools=[wipe], owners={"demo__wipe": ("demo", "wipe")})})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "f5")
        assert showing(app, ConfirmDialog)
        await press(pilot, "enter")
        assert calls(gateway) == []
        assert not screen.is_calling
        await press(pilot, "f5", "left", "enter")
        assert len(calls(gateway)) == 1


async def test_servers_in_production_ask_before_anything_that_may_change_them(make_app: MakeApp) -> None:
    tool = {"name": "deepwiki__edit", "inputSchema": {"type": "object"}}
    gateway = answering(
        TEXT_RESULT, by_key={None: Listed(tools=[tool], owners={"deepwiki__edit": ("deepwiki", "edit")})}
    )
    production = replace(data.STATE.servers["deepwiki"], environment="prod")
    app = make_app(replace(data.STATE, servers={**data.STATE.servers, "deepwiki": production}), gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_test(pilot, "f5")
        assert showing(app, ConfirmDialog)
        assert "deepwiki is a server in production." in text_grid(app)
        await press(pilot, "left", "enter")
        assert len(calls(gateway)) == 1


async def test_arguments_come_back(make_app: MakeApp) -> None:
    gateway = answering(TEXT_RESULT)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "a", "f5", "b", "f5", "c")
        assert screen.arguments.read().value == {"repoName": "abc"}
        await press(pilot, "ctrl+up")
        assert screen.arguments.read().value == {"repoName": "ab"}
        await press(pilot, "ctrl+up")
        assert screen.arguments.read().value == {"repoName": "a"}
        await press(pilot, "escape")
        assert screen.table.table.has_focus
        await press(pilot, "j", "ctrl+up")
        assert "not run before" in text_grid(app)
        await press(pilot, "k")
        assert screen.arguments.read().value == {"repoName": "a"}


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
        await press(pilot, "c")
        assert app.clipboard == 'mcptui tool call deepwiki__read_wiki_structure --args \'{"repoName": "a/b"}\''
        await press(pilot, "C")
        assert app.clipboard.startswith("curl http://127.0.0.1:4000/mcp")
        await press(pilot, "d")
        assert showing(app, TextDialog)
        assert "inputSchema" in text_grid(app)


async def test_large_results_are_cut_and_copied_whole(make_app: MakeApp) -> None:
    text = "\n".join(f"line {number}" for number in range(5000))
    app = make_app(gateway=answering(CallEvent(type="result", value={"content": [{"type": "text", "text": text}]})))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "x", "f5")
        assert "Cut: the first part of 48.9 kB is shown" in text_grid(app)
        assert screen.result.query_one(TextArea).document.line_count == 2000
        assert screen.result.current_text() == text
        screen.result.tabs.current = "raw"
        screen.result.text_area.focus()
        await press(pilot, "z", "G", "g", "ctrl+d", "ctrl+u", "j", "k")
        assert screen.has_class("-zoomed")


async def test_hostile_texts_are_shown_and_nothing_else(make_app: MakeApp) -> None:
    hostile = "[/x] [@click=app.quit]z[/] \x1b]0;title\x07\x9b31m\u202e"
    tool = {"name": hostile, "title": hostile, "description": hostile, "inputSchema": {"properties": {hostile: {}}}}
    events = [
        CallEvent(type="progress", value={"progress": 1, "message": hostile}),
        CallEvent(type="log", value={"level": hostile, "logger": hostile, "data": hostile}),
        CallEvent(type="result", value={"content": [{"type": "text", "text": hostile}]}),
    ]
    listed = Listed(tools=[tool], prompts=[{"name": hostile}], owners={hostile: (hostile, hostile)})
    app = make_app(gateway=demo_gateway(by_key={None: listed}, events={"tools/call": events}))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "f5")
        for tab in ("pretty", "json", "raw", "timing", "log"):
            screen.result.tabs.current = tab
            await settle(pilot)
            output = terminal_output(app)
            assert "\x1b]" not in output
            assert "\x9b" not in output
            assert "\u202e" not in output
        assert "[/x] [@click=app.quit]z[/]" in text_grid(app)


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


async def test_earlier_runs_come_back_and_are_compared(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "a", "f5", "b", "f5")
        latest = screen.outcome
        await press(pilot, "escape", "D")
        assert showing(app, TextDialog)
        assert "Both results are the same." in text_grid(app)
        await press(pilot, "escape", "H", "j", "D")
        assert showing(app, TextDialog)
        await press(pilot, "escape", "H", "j", "enter")
        assert screen.arguments.read().value == {"repoName": "a"}
        assert screen.outcome is not latest


async def test_the_json_view_knows_where_the_cursor_is(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "enter", "a", "f5", "escape")
        assert "test.copy_path" not in {binding.id for _, binding, *_ in screen.active_bindings.values()}
        screen.result.tabs.current = "json"
        screen.result.text_area.focus()
        await press(pilot, *"jjjj")
        check_screen(app)
        await press(pilot, "p")
        assert app.clipboard == "$.content[0].text"
        await press(pilot, "Y")
        assert app.clipboard == "# Handbook [x]"
        await press(pilot, "g", "Y")
        assert json.loads(app.clipboard) == TEXT_RESULT.value


async def test_examples_are_saved_filled_in_and_forgotten(make_app: MakeApp) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "x", "ctrl+s", *"mine", "enter", "backspace", "y", "escape")
        assert screen.arguments.read().value == {"repoName": "y"}
        await press(pilot, "H")
        assert '{"repoName":"x"}' in text_grid(app)
        await press(pilot, "D", "enter")
        assert screen.arguments.read().value == {"repoName": "x"}
        await press(pilot, "escape", "H", "d", "H")
        assert "Nothing yet" in text_grid(app)


async def test_a_result_is_saved_and_pictures_are_drawn(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stream = BytesIO()
    Image.new("RGB", (8, 8), (0, 128, 0)).save(stream, "PNG")
    picture = {"type": "image", "mimeType": "image/png", "data": b64encode(stream.getvalue()).decode()}
    app = make_app(gateway=answering(CallEvent(type="result", value={"content": [picture, picture]})))
    async with app.run_test(size=(120, 50)) as pilot:
        screen = await open_test(pilot, "enter", "x", "f5", "escape", "w")
        assert "image 2 of 2, image/png" in text_grid(app)
        await press(pilot, "G", "enter", "enter")
        saved = list(tmp_path.glob("*.png"))
        assert [file.read_bytes() for file in saved] == [stream.getvalue()]
        screen.result.tabs.current = "images"
        await settle(pilot)
        assert "▀▀▀▀▀▀▀▀" in text_grid(app)
        screen.result.tabs.current = "pretty"
        await settle(pilot)
        assert "[image image/png" in text_grid(app)
