"""The answers, one below the other."""

from __future__ import annotations

import asyncio
import re

import pytest
from textual.widgets import Markdown

from mcptui.demo.rules import reply
from mcptui.tui.chat import transcript
from mcptui.tui.chat.blocks import AnswerBlock
from mcptui.tui.chat.screen import ChatScreen
from mcptui.tui.chat.turn_view import TurnView
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.chat import (
    ANSWER,
    RESULT,
    asking,
    done,
    open_chat,
    send,
    showing,
    text,
    tool,
    until,
)
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_pages_turn_while_one_writes(make_app: MakeApp) -> None:
    lines = "".join(f"line {number}\n\n" for number in range(60))
    gateway = asking(text(lines), after=())
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        await until(pilot, lambda: "line 59" in text_grid(app))
        assert "esc stop" in text_grid(app)
        await pilot.press("pageup")
        await pilot.pause()
        assert "line 59" not in text_grid(app)
        await pilot.press(*"next", "pagedown")
        await pilot.pause()
        assert screen.prompt.text == "next"
        assert "line 59" in text_grid(app)
        await press(pilot, "escape")
        assert "leave input" in text_grid(app)


async def test_walking_through_the_answers(make_app: MakeApp) -> None:
    events = [text("Look:\n\n```sh\nls\n```\n"), tool(status="ok", output=RESULT), text("No code."), done(ANSWER)]
    app = make_app(gateway=demo_gateway(events={"chat": events}))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        screen = await open_chat(pilot, "alt+k")
        assert screen.prompt.has_focus
        await press(pilot, *"Hi", "enter", "alt+k", "y")
        assert app.clipboard == "No code."
        await press(pilot, "Y")
        assert app.clipboard == "No code."
        await press(pilot, "alt+k", "enter")
        assert "arguments" in text_grid(app)
        await press(pilot, "alt+k", "alt+k", "Y")
        assert app.clipboard == "ls\n"
        await press(pilot, "alt+j", "alt+j", "alt+j")
        assert screen.prompt.has_focus


async def test_old_answers_become_plain_text(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "_LIVE", 1)
    app = make_app(gateway=demo_gateway(events={"chat": [text("Hello *you*"), done(ANSWER)]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        for _ in range(3):
            screen.prompt.text = "x"
            await press(pilot, "enter")
        assert len(screen.query(TurnView)) == 3
        assert len(screen.query(Markdown)) == 1


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_a_long_answer_stays_light(make_app: MakeApp) -> None:
    answer = reply([{"role": "user", "content": "write a long answer"}], []).text
    app = make_app(gateway=asking(*(text(piece) for piece in re.findall(r"\S+\s*", answer))))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        # What is typed meanwhile arrives.
        await pilot.press(*"next")
        assert screen.prompt.text == "next"
        view = screen.query_one(TurnView)
        async with asyncio.timeout(50):
            while "".join(block.source for block in view.query(AnswerBlock)) != answer:
                await pilot.pause(0.1)
            awake = len(view.query(AnswerBlock))
            while awake > 6:
                await pilot.pause(0.1)
                awake = len([block for block in view.query(AnswerBlock) if not block.has_class("-asleep")])
        # Those that come into view wake up.
        screen.transcript.anchor(False)
        screen.transcript.scroll_home(animate=False)
        async with asyncio.timeout(10):
            while view.query(AnswerBlock).first().has_class("-asleep"):
                await pilot.pause(0.1)
        await press(pilot, "escape")


async def test_end_in_the_text_field_goes_to_the_end_of_the_transcript_too(make_app: MakeApp) -> None:
    lines = "".join(f"{number}. line\n" for number in range(60))
    app = make_app(gateway=demo_gateway(events={"chat": [text(lines), done(ANSWER)]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter", "pageup", *"ab", "home")
        assert not screen.transcript.is_vertical_scroll_end
        await press(pilot, "end")
        assert screen.prompt.cursor_location == (0, 2)
        assert not screen.transcript.is_vertical_scroll_end
        await press(pilot, "end")
        assert screen.transcript.is_vertical_scroll_end


async def test_links_are_opened_only_after_a_question(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    app = make_app(gateway=demo_gateway(events={"chat": [text("[a](https://example.org)"), done(ANSWER)]}))
    monkeypatch.setattr(app, "open_url", opened.append)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        block = screen.query_one(Markdown)
        block.post_message(Markdown.LinkClicked(block, "file:///etc/passwd"))
        await settle(pilot)
        assert showing(app, ChatScreen)
        block.post_message(Markdown.LinkClicked(block, "https://example.org"))
        await settle(pilot)
        assert showing(app, ChoiceDialog)
        assert opened == []
        await press(pilot, "enter")
        assert opened == ["https://example.org"]
