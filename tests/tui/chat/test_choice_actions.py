"""The choices of a conversation."""

from __future__ import annotations

from mcptui.model import State
from mcptui.tui.widgets.key_select import KeySelect
from tests.support.chat import open_chat
from tests.support.scenes.app import MakeApp, demo_gateway


async def test_the_key_is_chosen_in_the_line_above(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway())
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "f8")
        assert screen.query_one(KeySelect).has_focus


async def test_without_a_model_there_are_no_settings_of_a_conversation(make_app: MakeApp) -> None:
    app = make_app(State(), demo_gateway())
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "f2")
        assert app.screen is screen
