"""What was typed is kept."""

from __future__ import annotations

import pytest

from mcptui.tui.chat import screen as chat_screen
from mcptui.tui.chat.draft import FILE_NAME
from mcptui.tui.shell.app import McptuiApp
from tests.support.chat import (
    open_chat,
)
from tests.support.pilot import settle
from tests.support.scenes.app import MakeApp


async def test_the_draft_outlives_the_app(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, *"not yet")
    again = McptuiApp(app.context, start_gateway=False, watch=False)
    async with again.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        assert screen.prompt.text == "not yet"
        screen.prompt.text = ""
        await settle(pilot)
    assert not (app.context.workspace.paths.state_dir / FILE_NAME).exists()


async def test_the_draft_outlives_a_killed_app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_screen, "KEEP_SECONDS", 0.01)
    app = make_app()
    file = app.context.workspace.paths.state_dir / FILE_NAME
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, *"not yet")
        while not file.exists() or file.read_text() != "not yet":
            await pilot.pause()
