"""The servers of one conversation."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.chat import (
    ANSWER,
    done,
    open_chat,
    requests,
    text,
)
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_the_servers_of_a_conversation(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "f9")
        check_screen(app)
        await press(pilot, "M", "space", "ctrl+s", *"Hi", "enter")
        assert requests(gateway)[-1]["servers"] == ("deepwiki",)
        assert "1 of 5 servers" in text_grid(app)
        # Another conversation begins with all of them; the earlier one still knows its own.
        await press(pilot, "alt+n")
        assert "all servers" in text_grid(app)
        await press(pilot, "alt+h", "enter")
        await settle(pilot)
        assert "1 of 5 servers" in text_grid(app)
        assert screen.prompt.has_focus
        await press(pilot, "f9", "M", "ctrl+s", *"Hi", "enter")
        assert requests(gateway)[-1]["servers"] is None
