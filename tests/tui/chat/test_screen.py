"""The Chat mode."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.demo.bars import bars
from mcptui.model.chat import ChatTurn
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.tui.chat.blocks import AnswerBlock
from mcptui.tui.chat.tool_row import ToolRow
from tests.support.chat import (
    ANSWER,
    CALL,
    RESULT,
    asking,
    done,
    open_chat,
    requests,
    send,
    sessions,
    text,
    tool,
    until,
)
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_conversation(make_app: MakeApp, check_screen: Callable[..., None], size: tuple[int, int]) -> None:
    events = [
        text("Let me **look**.\n\n"),
        tool(status="running"),
        tool(status="ok", ms=412.0, output=RESULT),
        text("There is one file:\n\n- `handbook.md`\n"),
    ]
    app = make_app(gateway=asking(*events))
    async with app.run_test(size=size) as pilot:
        screen = await open_chat(pilot)
        check_screen(app, "empty")
        await send(pilot, "which files?")
        await until(pilot, lambda: any("handbook" in block.source for block in screen.query(AnswerBlock)))
        await pilot.wait_for_scheduled_animations()
        screen.query_one("ToolRow > BoxLine").focus()
        await pilot.press("enter")
        await pilot.pause()
        check_screen(app, "answer")


async def test_a_picture_among_the_results(make_app: MakeApp) -> None:
    block = {"type": "image", "data": base64.b64encode(bars([1, 2, 3])).decode(), "mimeType": "image/png"}
    events = [tool(status="running"), tool(status="ok", ms=1.0, output={"content": [block]}), done(ANSWER)]
    app = make_app(gateway=demo_gateway(events={"chat": events}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "▀" not in text_grid(app)
        screen.query_one("ToolRow > BoxLine").focus()
        await press(pilot, "enter")
        assert "▀▀▀▀" in text_grid(app)
        await press(pilot, "enter")
        assert "▀" not in text_grid(app)


async def test_tool_rows_open(make_app: MakeApp) -> None:
    events = [tool(status="error", error="no such file"), text("Sorry"), done(ANSWER)]
    app = make_app(gateway=demo_gateway(events={"chat": events}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "✗ error no such file" in text_grid(app)
        assert "arguments" not in text_grid(app)
        screen.query_one(ToolRow).query_one("BoxLine").focus()
        await press(pilot, "space")
        assert "arguments" in text_grid(app)


async def test_a_new_conversation_begins_without_the_old_one(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter", "alt+y")
        assert app.clipboard == "Hello"
        await press(pilot, "alt+n")
        assert not screen.has_turns
        await press(pilot, *"Again", "enter")
        assert requests(gateway)[1]["messages"] == [{"role": "user", "content": "Again"}]
        assert [session.title for session in sessions(app)] == ["Again", "Hi"]


def past_turn(question: str, answer: str, **members: Any) -> ChatTurn:
    tool_part = {"type": "tool", **CALL, "status": "ok", "output": RESULT}
    parts: list[JsonObject] = [{"type": "text", "text": answer}, tool_part]
    messages = [{"role": "assistant", "content": answer}]
    return ChatTurn(question=question, model="gpt-4o", at=1.0, parts=parts, messages=messages, **members)


async def test_hostile_texts_are_shown_and_nothing_else(make_app: MakeApp) -> None:
    hostile = "[/x] [@click=app.quit]z[/] \x1b]0;title\x07\x9b31m\u202e"
    call = {"id": hostile, "name": hostile, "arguments": {hostile: hostile}}
    events = [
        text(hostile),
        CallEvent(
            type="tool",
            value={**call, "status": "ok", "ms": 1.0, "output": {"content": [{"type": "text", "text": hostile}]}},
        ),
        CallEvent(type="tool", value={**call, "id": "2", "status": "error", "error": hostile}),
        CallEvent(type="error", value={"message": hostile, "data": {"hint": hostile, "messages": []}}),
    ]
    state = replace(data.STATE, models={})
    app = make_app(state, demo_gateway(events={"chat": events}))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_chat(pilot)
        screen._turn = screen.run_turn("m", hostile)
        await settle(pilot)
        for line in screen.query("ToolRow > BoxLine"):
            line.focus()
            await press(pilot, "enter")
        output = terminal_output(app)
        for raw in ("\x1b]", "\x9b", "\u202e"):
            assert raw not in output
        assert "[@click=app.quit]z[/]" in text_grid(app)
