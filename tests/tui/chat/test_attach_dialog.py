"""The choice of resources and prompts."""

from __future__ import annotations

from mcptui.tui.chat.attach_dialog import AttachDialog
from mcptui.tui.playground.items import Item
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid

ITEMS = [Item("resources", "note://1", title="First"), Item("resources", "note://2", title="Second")]


async def test_what_is_selected(make_app: MakeApp) -> None:
    app = make_app()
    seen: list[Item | None] = []
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for keys in (["j", "enter"], ["slash", *"First", "enter", "enter"], ["escape"]):
            app.push_screen(AttachDialog("resources", ITEMS), seen.append)
            await press(pilot, *keys)
        assert seen == [ITEMS[1], ITEMS[0], None]


async def test_without_anything_the_dialog_says_so(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        app.push_screen(AttachDialog("prompts", []))
        await settle(pilot)
        assert "The key has access to no prompts." in text_grid(app)
