"""The Chat mode."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Markdown, Static

from mcptui.demo.bars import bars
from mcptui.demo.rules import reply
from mcptui.errors import UnreachableError
from mcptui.model import State
from mcptui.model.chat import ChatSession, ChatTurn
from mcptui.model.runtime import CallEvent, Json, JsonObject
from mcptui.tui.chat import export, transcript, turn_view
from mcptui.tui.chat import screen as chat_screen
from mcptui.tui.chat.approval import ArgumentsDialog
from mcptui.tui.chat.blocks import AnswerBlock
from mcptui.tui.chat.draft import FILE_NAME
from mcptui.tui.chat.export import ExportDialog
from mcptui.tui.chat.history import HistoryDialog
from mcptui.tui.chat.key_dialog import KeyDialog
from mcptui.tui.chat.model_dialog import ModelDialog
from mcptui.tui.chat.screen import ChatScreen
from mcptui.tui.chat.tool_row import ToolRow
from mcptui.tui.chat.turn_view import TurnView
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog, ConfirmDialog
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid

CALL = {"id": "c1", "name": "files__search", "server": "files", "arguments": {"pattern": "*.md"}}
RESULT = {"content": [{"type": "text", "text": "handbook.md [x]"}]}


def text(delta: str) -> CallEvent:
    return CallEvent(type="text", value={"delta": delta})


def tool(**more: Any) -> CallEvent:
    return CallEvent(type="tool", value={**CALL, **more})


def done(*messages: JsonObject, **more: Any) -> CallEvent:
    return CallEvent(type="done", value={"messages": list(messages), "rounds": 1, "stop": "stop", **more})


def used(*, cost: float | None = None, context: int = 0, context_size: int | None = None, **usage: int) -> CallEvent:
    value = {"usage": usage, "cost": cost, "context": context, "context_size": context_size}
    return CallEvent(type="usage", value=value)


ANSWER = {"role": "assistant", "content": "Hello"}


@dataclass(slots=True)
class AskingGateway(FakeGateway):
    """After its first events it waits for as many answers as it asked questions, then goes on."""

    before: list[CallEvent] = field(default_factory=list)
    after: list[CallEvent] = field(default_factory=list)
    open_questions: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        self.asked.append(("chat", request))
        self.open_questions = sum(event.type in {"approval", "ask"} for event in self.before) or 1
        for event in self.before:
            yield event
        await self.answered.wait()
        for event in self.after:
            yield event

    async def answer(self, event_id: Any, result: Json = None, error: Json = None) -> None:
        self.asked.append(("answer", event_id, result, error))
        self.open_questions -= 1
        if self.open_questions == 0:
            self.answered.set()


def asking(*before: CallEvent, after: tuple[CallEvent, ...] = (done(ANSWER),)) -> AskingGateway:
    return AskingGateway(running=data.STATUS, by_key=data.LISTED, before=list(before), after=list(after))


def answers(gateway: FakeGateway) -> list[tuple[Any, ...]]:
    return [asked[1:3] for asked in gateway.asked if asked[0] == "answer"]


def requests(gateway: FakeGateway) -> list[JsonObject]:
    return [asked[1] for asked in gateway.asked if asked[0] == "chat"]


async def open_chat(pilot: Pilot[Any], *keys: str) -> ChatScreen:
    await settle(pilot)
    await press(pilot, "4")
    screen = pilot.app.screen
    assert isinstance(screen, ChatScreen)
    await press(pilot, *keys)
    return screen


@pytest.fixture(autouse=True)
def _every_change_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_view, "_PACE", 0.0)


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Wait for what an answer that does not end brings."""
    async with asyncio.timeout(30):
        while not condition():
            await pilot.pause()
            await asyncio.sleep(0)


async def send(pilot: Pilot[Any], message: str) -> None:
    """Send without waiting for the end of the answer."""
    await pilot.press(*message, "enter")
    await pilot.pause()
    await pilot.pause()


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    return isinstance(app.screen, kind)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_conversation(make_app: MakeApp, check_screen: Callable[..., None], size: tuple[int, int]) -> None:
    events = [
        text("Let me **look**.\n\n"),
        tool(status="running"),
        tool(status="ok", ms=412.0, output=RESULT),
        text("There is one file:\n\n- `handbook.md`\n"),
    ]
    app = make_app(gateway=asking(*events))
    async with app.run_test(size=size) as pilot:
        screen = await open_chat(pilot)
        check_screen(app, "empty")
        await send(pilot, "which files?")
        await until(pilot, lambda: any("handbook" in block.source for block in screen.query(AnswerBlock)))
        await pilot.wait_for_scheduled_animations()
        screen.query_one("ToolRow > BoxLine").focus()
        await pilot.press("enter")
        await pilot.pause()
        check_screen(app, "answer")


async def test_the_request_carries_the_conversation_and_the_key(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), used(prompt_tokens=7), done(ANSWER, rounds=2)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        app.testing_key = "ci"
        await open_chat(pilot, *"Hi", "ctrl+j", *"you", "enter")
        assert "7 tokens in · 0 out · 2 rounds" in text_grid(app)
        await press(pilot, "ctrl+t", *"More", "enter")
        first, second = requests(gateway)
        question = {"role": "user", "content": "Hi\nyou"}
        expected = {"model": "gpt-4o", "key": "ci", "servers": None, "messages": [question], "approve": "ask"}
        assert first == expected
        assert second["messages"] == [question, ANSWER, {"role": "user", "content": "More"}]
        assert second["approve"] == "never"


async def test_stopping_keeps_what_came(make_app: MakeApp) -> None:
    gateway = asking(text("Half an"))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        await pilot.press(*"next", "enter")
        assert len(requests(gateway)) == 1
        assert screen.prompt.text == "next"
        await press(pilot, "escape")
        assert not screen.is_answering
        assert "Stopped; what came is kept" in text_grid(app)
        gateway.answered.set()
        await press(pilot, "enter")
        assert requests(gateway)[1]["messages"][1] == {"role": "assistant", "content": "Half an"}


@pytest.mark.parametrize(
    "event",
    [
        CallEvent(type="error", value={"code": 401, "message": "The key is wrong", "data": {"hint": "Set it"}}),
        UnreachableError("The key is wrong", hint="Set it"),
    ],
)
async def test_an_error_keeps_the_draft(make_app: MakeApp, event: CallEvent | UnreachableError) -> None:
    app = make_app(gateway=demo_gateway(events={"chat": [event]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "✗ The key is wrong" in text_grid(app)
        assert "Set it" in text_grid(app)
        assert screen.prompt.text == "Hi"


async def test_a_broken_connection_is_an_error_too(make_app: MakeApp) -> None:
    app = make_app(gateway=demo_gateway(events={"chat": [text("Half")]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "ended in the middle of the answer" in text_grid(app)
        assert screen.prompt.text == ""


@pytest.mark.parametrize(("key", "runs"), [("a", True), ("A", True), ("r", False), ("R", False)])
async def test_approvals(make_app: MakeApp, key: str, runs: bool) -> None:
    gateway = asking(CallEvent(type="approval", value=CALL))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        assert "a once · A always" in text_grid(app)
        assert screen.approvals.has_focus
        await press(pilot, key)
        assert answers(gateway) == [("c1", {"approve": runs})]
        assert screen.prompt.has_focus
        # The same tool in the next turn: only "always" and "never" are remembered.
        gateway.answered.clear()
        await send(pilot, "More")
        await pilot.pause()
        assert len(answers(gateway)) == (2 if key in "AR" else 1)
        await press(pilot, "escape")


async def test_the_text_field_has_the_focus_again_whatever_was_answered(make_app: MakeApp) -> None:
    """Hidden, the question loses the focus to anything: letters that were meant as text would be keys."""
    gateway = asking(text("Let me see."), CallEvent(type="approval", value=CALL), after=())
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        assert "esc Stop" in text_grid(app)
        await pilot.press("R")
        await until(pilot, lambda: screen.prompt.has_focus)
        await pilot.press(*"next")
        assert screen.prompt.text == "next"


async def test_pages_turn_while_one_writes(make_app: MakeApp) -> None:
    lines = "".join(f"line {number}\n\n" for number in range(60))
    gateway = asking(text(lines), after=())
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_chat(pilot)
        await send(pilot, "Hi")
        await until(pilot, lambda: "line 59" in text_grid(app))
        assert "esc stop the answer" in text_grid(app)
        await pilot.press("pageup")
        await pilot.pause()
        assert "line 59" not in text_grid(app)
        await pilot.press(*"next", "pagedown")
        await pilot.pause()
        assert screen.prompt.text == "next"
        assert "line 59" in text_grid(app)
        await press(pilot, "escape")
        assert "other modes" in text_grid(app)


async def test_a_picture_among_the_results(make_app: MakeApp) -> None:
    block = {"type": "image", "data": base64.b64encode(bars([1, 2, 3])).decode(), "mimeType": "image/png"}
    events = [tool(status="running"), tool(status="ok", ms=1.0, output={"content": [block]}), done(ANSWER)]
    app = make_app(gateway=demo_gateway(events={"chat": events}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "▀" not in text_grid(app)
        screen.query_one("ToolRow > BoxLine").focus()
        await press(pilot, "enter")
        assert "▀▀▀▀" in text_grid(app)
        await press(pilot, "enter")
        assert "▀" not in text_grid(app)


async def test_always_answers_all_that_wait(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    second = {**CALL, "id": "c2"}
    other = {**CALL, "id": "c3", "name": "github__create_issue"}
    gateway = asking(*(CallEvent(type="approval", value=call) for call in (CALL, second, other)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        check_screen(app)
        await pilot.press("A")
        await pilot.pause()
        assert answers(gateway) == [("c1", {"approve": True}), ("c2", {"approve": True})]
        await press(pilot, "r")
        assert answers(gateway)[2] == ("c3", {"approve": False})


async def test_a_rejection_with_a_word(make_app: MakeApp) -> None:
    gateway = asking(CallEvent(type="approval", value={**CALL, "annotations": {"destructiveHint": False}}))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        assert "It adds, and destroys nothing." in text_grid(app)
        await press(pilot, "w")
        await pilot.press("escape")
        await pilot.pause()
        assert answers(gateway) == []
        await press(pilot, "w")
        await press(pilot, *"ask me", "enter")
        await settle(pilot)
        assert answers(gateway) == [("c1", {"approve": False, "reason": "ask me"})]


async def test_running_everything_answers_those_that_wait(make_app: MakeApp) -> None:
    second = {**CALL, "id": "c2", "name": "github__create_issue"}
    gateway = asking(*(CallEvent(type="approval", value=call) for call in (CALL, second)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await press(pilot, "ctrl+t")
        await settle(pilot)
        assert answers(gateway) == [("c1", {"approve": True}), ("c2", {"approve": True})]
        assert "all servers · run unasked" in text_grid(app)


async def test_servers_in_production_are_asked_for_also_when_the_others_run_unasked(make_app: MakeApp) -> None:
    production = {**CALL, "id": "c2", "name": "github__create_issue", "production": True}
    gateway = asking(*(CallEvent(type="approval", value=call) for call in (CALL, production)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: answers(gateway) == [("c1", {"approve": True})])
        assert "Call github__create_issue? Production." in text_grid(app)
        await press(pilot, "A")
        assert answers(gateway)[1] == ("c2", {"approve": True})


async def test_a_question_does_not_take_the_focus_from_a_text(make_app: MakeApp) -> None:
    gateway = asking(CallEvent(type="approval", value=CALL))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi")
        screen.prompt.post_message(screen.prompt.Sent("Hi"))
        screen.prompt.text = "next"
        screen._turn = screen.run_turn("gpt-4o", "Hi")
        screen.prompt.text = "next"
        await pilot.pause()
        await pilot.press("a")
        assert answers(gateway) == []
        assert "esc leaves the text field, then: a once" in text_grid(app)
        # From a text, the first escape leads to the question, and only the next one stops the answer.
        await pilot.press("escape")
        assert screen.approvals.has_focus
        assert screen.is_answering
        await press(pilot, "escape")
        assert not screen.is_answering


async def test_arguments_can_be_changed_first(make_app: MakeApp) -> None:
    gateway = asking(CallEvent(type="approval", value=CALL))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await press(pilot, "e")
        assert showing(app, ArgumentsDialog)
        await pilot.press("escape")
        await pilot.pause()
        assert answers(gateway) == []
        await press(pilot, "e")
        area = app.screen.query_one("TextArea")
        area.text = "[1]"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert "an object is needed" in text_grid(app)
        area.text = "{"  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert "line 1" in text_grid(app)
        area.text = '{"pattern": "*"}'  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert answers(gateway) == [("c1", {"approve": True, "arguments": {"pattern": "*"}})]


async def test_servers_may_ask_during_a_turn(make_app: MakeApp) -> None:
    question = {"id": "7", "method": "elicitation/create", "params": {"message": "Sure?"}}
    gateway = asking(CallEvent(type="ask", value=question))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        assert "Sure?" in text_grid(app)
        await press(pilot, "ctrl+s")
        await settle(pilot)
        assert answers(gateway) == [("7", {"action": "accept", "content": {}})]
        assert showing(app, ChatScreen)


async def test_tool_rows_open(make_app: MakeApp) -> None:
    events = [tool(status="error", error="no such file"), text("Sorry"), done(ANSWER)]
    app = make_app(gateway=demo_gateway(events={"chat": events}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "✗ error no such file" in text_grid(app)
        assert "arguments" not in text_grid(app)
        screen.query_one(ToolRow).query_one("BoxLine").focus()
        await press(pilot, "space")
        assert "arguments" in text_grid(app)


async def test_a_new_conversation_begins_without_the_old_one(make_app: MakeApp) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter", "ctrl+g")
        assert app.clipboard == "Hello"
        await press(pilot, "ctrl+n")
        assert not screen.has_turns
        await press(pilot, *"Again", "enter")
        assert requests(gateway)[1]["messages"] == [{"role": "user", "content": "Again"}]
        assert [session.title for session in sessions(app)] == ["Again", "Hi"]


def sessions(app: McptuiApp) -> list[ChatSession]:
    return app.context.workspace.conversations.sessions()


def past_turn(question: str, answer: str, **members: Any) -> ChatTurn:
    tool_part = {"type": "tool", **CALL, "status": "ok", "output": RESULT}
    parts: list[JsonObject] = [{"type": "text", "text": answer}, tool_part]
    messages = [{"role": "assistant", "content": answer}]
    return ChatTurn(question=question, model="gpt-4o", at=1.0, parts=parts, messages=messages, **members)


async def test_an_earlier_conversation_is_found_and_goes_on(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript, "_SHOWN", 4)
    monkeypatch.setattr(transcript, "_LIVE", 2)
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    kept = app.context.workspace.conversations
    old = kept.add(past_turn("Where is the *handbook*?", "On the shelf", key="ci"))
    for number in range(5):
        kept.add(past_turn(f"More {number}", "Yes"), old)
    other = kept.add(past_turn("Something else", "No"))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "ctrl+r")
        assert showing(app, HistoryDialog)
        assert "Something else" in text_grid(app)
        # In the answers too, not only in the title.
        await press(pilot, "slash")
        app.screen.query_one(Input).value = "shelf"
        await settle(pilot)
        await press(pilot, "enter")
        assert "Something else" not in text_grid(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert showing(app, ChatScreen)
        assert "… 2 earlier turns" in str(screen.query_one(".earlier", Static).content)
        assert len(screen.query(TurnView)) == 4
        assert len(screen.query(Markdown)) == 2
        await press(pilot, "x", "enter")
        messages = requests(gateway)[0]["messages"]
        assert len(messages) == 13
        assert messages[0]["content"] == "Where is the *handbook*?"
        session = kept.session(old)
        assert session is not None
        assert session.turns == 7
        # The open one cannot be deleted here, others can, after a question.
        await press(pilot, "ctrl+r", "d")
        assert showing(app, HistoryDialog)
        await press(pilot, "j", "d")
        assert showing(app, ConfirmDialog)
        await press(pilot, "left", "enter")
        await settle(pilot)
        assert kept.session(other) is None
        await press(pilot, "escape")
        assert showing(app, ChatScreen)


async def test_export(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(gateway=demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]}))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, *"Hi", "enter", "ctrl+s")
        assert showing(app, ExportDialog)
        field = app.screen.query_one(Input)
        field.value = str(tmp_path / "none" / "a.md")
        await enter(pilot)
        assert "cannot be written" in said(app)
        for name in ("a.md", "a.json"):
            file = tmp_path / name
            file.write_text("old", encoding="utf-8")
            field.value = str(file)
            await enter(pilot)
            assert "enter again overwrites it" in said(app)
            assert file.read_text(encoding="utf-8") == "old"
            await enter(pilot)
            assert showing(app, ChatScreen)
            assert "Hello" in file.read_text(encoding="utf-8")
            await press(pilot, "ctrl+s")
            field = app.screen.query_one(Input)
        assert json.loads(file.read_text(encoding="utf-8"))["title"] == "Hi"
        await press(pilot, "escape")


async def test_leaving_while_an_export_is_written(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Event()
    monkeypatch.setattr(export, "export_conversation", lambda *_, **__: written.wait(20))
    app = make_app(gateway=demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]}))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot, *"Hi", "enter", "ctrl+s")
        await pilot.press("enter")
        await pilot.pause()
        await app.switch_mode("servers")
        writing = [worker for worker in app.workers if worker.group == "export"]
        written.set()
        await app.workers.wait_for_complete(writing)
        assert not app.errors.entries
        await app.switch_mode("chat")
        assert showing(app, ExportDialog)


def said(app: App[Any]) -> str:
    """What a dialog says, however it is wrapped."""
    content = app.screen.query_one(Static).content
    assert isinstance(content, Content)
    return content.plain


async def enter(pilot: Pilot[Any]) -> None:
    """Press enter in a dialog and wait for what it starts."""
    await pilot.press("enter")
    await pilot.pause()
    working = [worker for worker in pilot.app.workers if worker.group in ("export", "save")]
    if working:
        await pilot.app.workers.wait_for_complete(working)
    await settle(pilot)


async def test_walking_through_the_answers(make_app: MakeApp) -> None:
    events = [text("Look:\n\n```sh\nls\n```\n"), tool(status="ok", output=RESULT), text("No code."), done(ANSWER)]
    app = make_app(gateway=demo_gateway(events={"chat": events}))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        screen = await open_chat(pilot, "alt+up")
        assert screen.prompt.has_focus
        await press(pilot, *"Hi", "enter", "alt+up", "y")
        assert app.clipboard == "No code."
        await press(pilot, "c")
        assert app.clipboard == "No code."
        await press(pilot, "alt+up", "enter")
        assert "arguments" in text_grid(app)
        await press(pilot, "alt+up", "alt+up", "c")
        assert app.clipboard == "ls\n"
        await press(pilot, "alt+down", "alt+down", "alt+down")
        assert screen.prompt.has_focus


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


async def test_an_answer_that_is_cut_off_by_leaving_is_kept(make_app: MakeApp) -> None:
    app = make_app(gateway=asking(text("Half an")))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_chat(pilot)
        await send(pilot, "Hi")
        await pilot.pause()
    (session,) = sessions(app)
    (turn,) = app.context.workspace.conversations.turns(session.id)
    assert (turn.text, turn.outcome) == ("Half an", "stopped")


async def test_a_refused_key_is_asked_for(make_app: MakeApp) -> None:
    refused = CallEvent(type="error", value={"code": 401, "message": "HTTP 401: bad key", "data": {"status": 401}})
    app = make_app(gateway=demo_gateway(events={"chat": [refused]}))
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        await settle(pilot)
        assert showing(app, KeyDialog)
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
        assert "slow down · again in" in text_grid(app)
        gateway.answered.set()
        await settle(pilot)
        assert "slow down" not in text_grid(app)
        assert "Hello" in text_grid(app)


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


async def test_without_a_model_one_can_be_set_up(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(State())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_chat(pilot)
        check_screen(app, "none")
        await press(pilot, "f2")
        check_screen(app, "form")
        dialog: Screen[Any] = app.screen
        await save(pilot)
        assert "the model's name at the provider is needed" in text_grid(app)
        dialog.query_one("#model", Input).value = "llama"
        dialog.query_one("#base_url", Input).value = "localhost"
        await save(pilot)
        assert "must start with https" in text_grid(app)
        dialog.query_one("#base_url", Input).value = "http://localhost:11434/v1/"
        dialog.query_one("#name", Input).value = "[x]"
        await save(pilot)
        assert showing(app, ModelDialog)
        dialog.query_one("#name", Input).value = ""
        await save(pilot)
        model = app.state.models["llama"]
        assert (model.base_url, model.api, model.api_key) == ("http://localhost:11434/v1", "chat", None)
        assert screen.header.model == "llama"


async def test_a_model_can_be_changed(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_chat(pilot)
        await press(pilot, "ctrl+l")
        dialog: Screen[Any] = app.screen
        values = {"context_size": "128,000", "input_price": "$2.50", "output_price": "many"}
        for name, value in values.items():
            dialog.query_one(f"#{name}", Input).value = value
        await save(pilot)
        assert "the price (out) is a number of US dollars" in text_grid(app)
        dialog.query_one("#output_price", Input).value = ""
        await save(pilot)
        assert "both prices" in text_grid(app)
        dialog.query_one("#output_price", Input).value = "10"
        dialog.query_one("#context_size", Input).value = "much"
        await save(pilot)
        assert "the context is a number of tokens" in text_grid(app)
        dialog.query_one("#context_size", Input).value = "128,000"
        check_screen(app)
        await save(pilot)
        before = data.STATE.models["gpt-4o"]
        expected = replace(before, context_size=128000, input_price=2.5, output_price=10.0)
        assert app.state.models["gpt-4o"] == expected


async def test_what_a_conversation_costs_and_how_full_it_is(make_app: MakeApp) -> None:
    first = [text("Hello"), used(cost=0.0123, context=50, context_size=100, prompt_tokens=40), done(ANSWER)]
    gateway = demo_gateway(events={"chat": first})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(110, 30)) as pilot:
        screen = await open_chat(pilot, *"Hi", "enter")
        assert "40 tokens · $0.0123 · context 50%" in text_grid(app)
        assert "is full" not in text_grid(app)
        second = [text("Hello"), used(cost=0.01, context=90, context_size=100, prompt_tokens=80), done(ANSWER)]
        gateway.events = {"chat": second}
        await press(pilot, *"More", "enter")
        grid = text_grid(app)
        assert "120 tokens · $0.0223 · context 90% full, ctrl+n begins anew" in grid
        assert "90% of the model's context is full" in grid
        refused = CallEvent(type="error", value={"message": "too long", "data": {"context_size": 100, "hint": "begin"}})
        gateway.events = {"chat": [refused]}
        await press(pilot, *"Much", "enter")
        assert "context 100% full" in text_grid(app)
        assert screen.prompt.text == "Much"
        await press(pilot, "ctrl+n")
        assert "full" not in text_grid(app)


async def test_the_servers_of_a_conversation(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    gateway = demo_gateway(events={"chat": [text("Hello"), done(ANSWER)]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "f9")
        check_screen(app)
        await press(pilot, "a", "space", "ctrl+s", *"Hi", "enter")
        assert requests(gateway)[-1]["servers"] == ("deepwiki",)
        assert "1 of 5 servers" in text_grid(app)
        # Another conversation begins with all of them; the earlier one still knows its own.
        await press(pilot, "ctrl+n")
        assert "all servers" in text_grid(app)
        await press(pilot, "ctrl+r", "enter")
        await settle(pilot)
        assert "1 of 5 servers" in text_grid(app)
        assert screen.prompt.has_focus
        await press(pilot, "f9", "a", "ctrl+s", *"Hi", "enter")
        assert requests(gateway)[-1]["servers"] is None


async def save(pilot: Pilot[Any]) -> None:
    """Save a form and wait until that is done: the form may stay open."""
    await press(pilot, "ctrl+s")
    saving = [worker for worker in pilot.app.workers if worker.group == "save"]
    if saving:
        await pilot.app.workers.wait_for_complete(saving)
    await settle(pilot)


async def test_hostile_texts_are_shown_and_nothing_else(make_app: MakeApp) -> None:
    hostile = "[/x] [@click=app.quit]z[/] \x1b]0;title\x07\x9b31m\u202e"
    call = {"id": hostile, "name": hostile, "arguments": {hostile: hostile}}
    events = [
        text(hostile),
        CallEvent(
            type="tool",
            value={**call, "status": "ok", "ms": 1.0, "output": {"content": [{"type": "text", "text": hostile}]}},
        ),
        CallEvent(type="tool", value={**call, "id": "2", "status": "error", "error": hostile}),
        CallEvent(type="error", value={"message": hostile, "data": {"hint": hostile, "messages": []}}),
    ]
    state = replace(data.STATE, models={})
    app = make_app(state, demo_gateway(events={"chat": events}))
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await open_chat(pilot)
        screen._turn = screen.run_turn("m", hostile)
        await settle(pilot)
        for line in screen.query("ToolRow > BoxLine"):
            line.focus()
            await press(pilot, "enter")
        output = terminal_output(app)
        for raw in ("\x1b]", "\x9b", "\u202e"):
            assert raw not in output
        assert "[@click=app.quit]z[/]" in text_grid(app)


async def test_the_text_field_is_left_with_escape(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_chat(pilot, "3")
        assert screen.prompt.text == "3"
        await press(pilot, "escape", "i")
        assert screen.prompt.has_focus
        await press(pilot, "escape", "f8")
        assert app.current_mode == "chat"
