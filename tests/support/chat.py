"""The Chat mode, opened in a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any

from textual.app import App
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from mcptui.model.chat import ChatSession
from mcptui.model.runtime import CallEvent, Json, JsonObject
from mcptui.tui.chat.screen import ChatScreen
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data

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


async def enter(pilot: Pilot[Any]) -> None:
    """Press enter in a dialog and wait for what it starts."""
    await pilot.press("enter")
    await pilot.pause()
    working = [worker for worker in pilot.app.workers if worker.group in ("export", "save")]
    if working:
        await pilot.app.workers.wait_for_complete(working)
    await settle(pilot)


def said(app: App[Any]) -> str:
    """What a dialog says, however it is wrapped."""
    content = app.screen.query_one(Static).content
    assert isinstance(content, Content)
    return content.plain


def sessions(app: McptuiApp) -> list[ChatSession]:
    return app.context.workspace.conversations.sessions()
