"""The boxes of one subject."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from mcptui.tui.access.screen import AccessScreen
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def open_access(pilot: Pilot[Any], *keys: str) -> AccessScreen:
    await settle(pilot)
    await press(pilot, "2")
    screen = pilot.app.screen
    assert isinstance(screen, AccessScreen)
    await press(pilot, *keys)
    return screen


def marks(screen: AccessScreen) -> dict[str, str]:
    return {row.id: row.box.value for row in screen.boxes._rows}


async def test_all_none_silent_exclude_and_discard(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_access(pilot)
        screen.reveal("key", "ci")
        await press(pilot, "enter", "a")
        assert all(mark != "[ ]" for name, mark in marks(screen).items() if name in app.state.servers)
        await press(pilot, "0")
        assert set(marks(screen).values()) == {"[ ]"}
        assert "no server" in text_grid(app)
        await press(pilot, "delete")
        assert "[x]" not in marks(screen).values()
        assert marks(screen)["github"] == "[+]"
        await press(pilot, "j", "j", "minus")
        assert "denied explicitly" in text_grid(app)
        await press(pilot, "backspace")
        assert not screen.is_dirty
        assert marks(screen)["github"] == "[x]"
