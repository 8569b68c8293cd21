"""What stands above a conversation."""

from __future__ import annotations

from mcptui.model.runtime import CallEvent
from tests.support.chat import (
    ANSWER,
    done,
    open_chat,
    text,
    used,
)
from tests.support.pilot import press
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_what_a_conversation_costs_and_how_full_it_is(make_app: MakeApp) -> None:
    first = [text("Hello"), used(cost=0.0123, context=50, context_size=100, prompt_tokens=40), done(ANSWER)]
    gateway = demo_gateway(events={"chat": first})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(110, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "40 tokens · $0.0123 · context 50%" in text_grid(app)
        assert "is full" not in text_grid(app)
        second = [text("Hello"), used(cost=0.01, context=90, context_size=100, prompt_tokens=80), done(ANSWER)]
        gateway.events = {"chat": second}
        await press(pilot, *"More", "enter")
        grid = text_grid(app)
        assert "120 tokens · $0.0223 · context 90% full, alt+n new conversation" in grid
        assert "context 90% full" in grid
        refused = CallEvent(type="error", value={"message": "too long", "data": {"context_size": 100, "hint": "begin"}})
        gateway.events = {"chat": [refused]}
        await press(pilot, *"Much", "enter")
        assert "context 100% full" in text_grid(app)
        assert screen.prompt.text == "Much"
        await press(pilot, "alt+n")
        assert "full" not in text_grid(app)
