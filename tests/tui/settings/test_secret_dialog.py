"""A provider refuses its key."""

from __future__ import annotations

from textual.widgets import Input

from mcptui.model.runtime import CallEvent
from mcptui.tui.chat.screen import ChatScreen
from mcptui.tui.settings.secret_dialog import SecretDialog
from tests.support.chat import (
    ANSWER,
    asking,
    done,
    enter,
    open_chat,
    send,
    showing,
    text,
)
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_a_refused_key_is_asked_for(make_app: MakeApp) -> None:
    refused = CallEvent(type="error", value={"code": 401, "message": "HTTP 401: bad key", "data": {"status": 401}})
    app = make_app(gateway=demo_gateway(events={"chat": [refused]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        await settle(pilot)
        assert showing(app, SecretDialog)
        assert "bad key" in text_grid(app)
        app.screen.query_one(Input).value = "sk-another"
        await enter(pilot)
        assert showing(app, ChatScreen)
        assert app.context.workspace.secrets.get("model/gpt-4o/api_key") == "sk-another"
        assert screen.prompt.text == "Hi"


async def test_a_provider_that_wants_a_pause(make_app: MakeApp) -> None:
    retry = CallEvent(type="retry", value={"message": "gpt-4o: HTTP 429: slow down", "seconds": 7.2})
    gateway = asking(retry, after=(text("Hello"), done(ANSWER)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        assert "slow down · retry in" in text_grid(app)
        gateway.answered.set()
        await settle(pilot)
        assert "slow down" not in text_grid(app)
        assert "Hello" in text_grid(app)
