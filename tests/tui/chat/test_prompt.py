"""Where the person writes."""

from __future__ import annotations

from tests.support.chat import (
    open_chat,
)
from tests.support.pilot import press
from tests.support.scenes.app import MakeApp


async def test_the_text_field_is_left_with_escape(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "3")
        assert screen.prompt.text == "3"
        await press(pilot, "escape", "i")
        assert screen.prompt.has_focus
        await press(pilot, "escape", "f8")
        assert app.current_mode == "chat"
