"""What is shown of a result, copied and saved."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from textual.widgets import TextArea

from mcptui.model.runtime import CallEvent, Listed
from tests.support.pilot import press, settle
from tests.support.playground import TEXT_RESULT, answering, open_test
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid


async def test_large_results_are_cut_and_copied_whole(make_app: MakeApp) -> None:
    text = "\n".join(f"line {number}" for number in range(5000))
    app = make_app(gateway=answering(CallEvent(type="result", value={"content": [{"type": "text", "text": text}]})))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_test(pilot, "enter", "x", "f5")
        assert "Truncated: the beginning of 48.9 kB is shown" in text_grid(app)
        assert screen.result.query_one(TextArea).document.line_count == 2000
        assert screen.result.current_text() == text
        screen.result.tabs.current = "raw"
        screen.result.text_area.focus()
        await press(pilot, "z", "G", "g", "ctrl+d", "ctrl+u", "j", "k")
        assert screen.maximized is screen.result


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


async def test_the_json_view_knows_where_the_cursor_is(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(gateway=answering(TEXT_RESULT))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_test(pilot, "enter", "a", "f5", "escape")
        assert screen.check_action("copy_path", ()) is False
        screen.result.tabs.current = "json"
        screen.result.text_area.focus()
        await press(pilot, *"jjjj")
        check_screen(app)
        await press(pilot, "Y", "enter")
        assert app.clipboard == "$.content[0].text"
        await press(pilot, "Y", "down", "enter")
        assert app.clipboard == "# Handbook [x]"
        await press(pilot, "g", "Y", "down", "enter")
        assert json.loads(app.clipboard) == TEXT_RESULT.value


async def test_a_result_is_saved_and_pictures_are_drawn(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stream = BytesIO()
    Image.new("RGB", (8, 8), (0, 128, 0)).save(stream, "PNG")
    picture = {"type": "image", "mimeType": "image/png", "data": b64encode(stream.getvalue()).decode()}
    app = make_app(gateway=answering(CallEvent(type="result", value={"content": [picture, picture]})))
    async with app.run_test(size=(120, 50)) as pilot:
        screen = await open_test(pilot, "enter", "x", "f5", "escape", "x")
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
