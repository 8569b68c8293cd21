"""Where the person writes."""

from __future__ import annotations

from tests.support.chat import ANSWER, done, open_chat, text
from tests.support.pilot import press
from tests.support.scenes.app import MakeApp, demo_gateway


async def test_the_text_field_is_left_with_escape(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "3")
        assert screen.prompt.text == "3"
        await press(pilot, "escape", "enter")
        assert screen.prompt.has_focus
        await press(pilot, "escape", "f8")
        assert app.current_mode == "chat"


async def test_up_goes_through_the_sent_messages(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"one", "enter", *"two", "enter", *"draft", "up")
        seen = [screen.prompt.text]
        for key in ("up", "up", "down", "down", "down"):
            await press(pilot, key)
            seen.append(screen.prompt.text)
        assert seen == ["two", "one", "one", "two", "draft", "draft"]


async def test_a_draft_is_kept_while_an_earlier_message_is_shown(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"one", "enter", *"draft", "up")
        screen.say_state()
        assert screen.prompt.text == "one"
        screen.prompt.set_history(["one", "two"])
        await press(pilot, "down")
        seen = [screen.prompt.text]
        await press(pilot, "down")
        assert [*seen, screen.prompt.text] == ["two", "draft"]
        await press(pilot, "up", "enter", "down")
        assert screen.prompt.text == ""
