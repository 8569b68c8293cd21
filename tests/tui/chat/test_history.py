"""Earlier conversations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.widgets import Input, Markdown, Static

from mcptui.model.chat import ChatTurn
from mcptui.model.runtime import JsonObject
from mcptui.tui.chat import transcript
from mcptui.tui.chat.history import HistoryDialog
from mcptui.tui.chat.screen import ChatScreen
from mcptui.tui.chat.turn_view import TurnView
from mcptui.tui.widgets.dialogs import ConfirmDialog
from tests.support.chat import (
    ANSWER,
    CALL,
    RESULT,
    done,
    open_chat,
    requests,
    showing,
    text,
)
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


def past_turn(question: str, answer: str, **members: Any) -> ChatTurn:
    tool_part = {"type": "tool", **CALL, "status": "ok", "output": RESULT}
    parts: list[JsonObject] = [{"type": "text", "text": answer}, tool_part]
    messages = [{"role": "assistant", "content": answer}]
    return ChatTurn(question=question, model="gpt-4o", at=1.0, parts=parts, messages=messages, **members)


async def test_an_earlier_conversation_is_found_and_goes_on(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, check_screen: Callable[..., None]
) -> None:
    monkeypatch.setattr(transcript, "_SHOWN", 4)
    monkeypatch.setattr(transcript, "_LIVE", 2)
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    kept = app.context.workspace.conversations
    old = kept.add(past_turn("Where is the *handbook*?", "On the shelf", key="ci"))
    for number in range(5):
        kept.add(past_turn(f"More {number}", "Yes"), old)
    other = kept.add(past_turn("Something else", "No"))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "alt+h")
        assert showing(app, HistoryDialog)
        check_screen(app)
        assert "Something else" in text_grid(app)
        # In the answers too, not only in the title.
        await press(pilot, "slash")
        app.screen.query_one(Input).value = "shelf"
        await settle(pilot)
        await press(pilot, "enter")
        assert "Something else" not in text_grid(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert showing(app, ChatScreen)
        assert "… 2 earlier turns" in str(screen.query_one(".earlier", Static).content)
        assert len(screen.query(TurnView)) == 4
        assert len(screen.query(Markdown)) == 2
        await press(pilot, "x", "enter")
        messages = requests(gateway)[0]["messages"]
        assert len(messages) == 13
        assert messages[0]["content"] == "Where is the *handbook*?"
        session = kept.session(old)
        assert session is not None
        assert session.turns == 7
        # The open one cannot be deleted here, others can, after a question.
        await press(pilot, "alt+h", "d")
        assert showing(app, HistoryDialog)
        await press(pilot, "j", "d")
        assert showing(app, ConfirmDialog)
        await press(pilot, "left", "enter")
        await settle(pilot)
        assert kept.session(other) is None
        await press(pilot, "escape")
        assert showing(app, ChatScreen)
