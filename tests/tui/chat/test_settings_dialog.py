"""The settings of a conversation."""

from __future__ import annotations

import pytest
from textual.app import App

from mcptui.tui.chat.settings_dialog import ConversationSettings, SettingsDialog
from tests.support.pilot import press


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        (["ctrl+s"], ConversationSettings("Be brief.", 0.5)),
        (["escape"], None),
        (["tab", "ctrl+u", "ctrl+s"], ConversationSettings("Be brief.")),
        (["tab", "ctrl+u", "3", "ctrl+s", "ctrl+u", "2", "ctrl+s"], ConversationSettings("Be brief.", 2.0)),
        (["tab", "ctrl+u", "x", "ctrl+s", "escape"], None),
    ],
)
async def test_what_is_saved(keys: list[str], result: ConversationSettings | None) -> None:
    app = App[None]()
    seen: list[ConversationSettings | None] = []
    async with app.run_test() as pilot:
        app.push_screen(SettingsDialog(ConversationSettings("Be brief.", 0.5)), seen.append)
        await pilot.pause()
        await press(pilot, *keys)
        assert seen == [result]
