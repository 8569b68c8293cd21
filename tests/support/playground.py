"""The Test mode, opened in a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallEvent, CallRecord, Json, JsonObject
from mcptui.tui.playground.items import Item
from mcptui.tui.playground.screen import PlaygroundScreen
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import demo_gateway

TEXT_RESULT = CallEvent(type="result", value={"content": [{"type": "text", "text": "# Handbook [x]"}]})

TOOL = Item("tools", "files__read_text_file", server="files", name_there="read_text_file")
ANSWER = {"content": [{"type": "text", "text": "then"}]}
RECORD = CallRecord(
    id=1,
    at=data.NOW.timestamp() - 86_400,
    key="ci",
    method="tools/call",
    server="files",
    name="read_text_file",
    tool="read_text_file",
    ms=12.0,
    client="cursor",
    params={"name": "read_text_file", "arguments": {"path": "/then"}},
    result=ANSWER,
)
MASKED = replace(RECORD, id=2, key="(owner)", client="mcptui", params={**RECORD.params, "arguments": {"token": "••••"}})
CUT = replace(RECORD, id=3, outcome="tool_error", result={"cut": True, "bytes": 9, "beginning": '{"conte'})
FORGOTTEN = replace(RECORD, id=4, outcome="unreachable", result=None, error="no answer")


def answering(*events: CallEvent | UnreachableError, **more: Any) -> FakeGateway:
    return demo_gateway(events={"tools/call": events}, **more)


@dataclass(slots=True)
class SlowGateway(FakeGateway):
    """Its calls go on until they are answered or cancelled."""

    before: Sequence[CallEvent] = ()
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: bool = False

    async def call(
        self, method: str, params: JsonObject | None = None, *, key: str | None = None
    ) -> AsyncGenerator[CallEvent, None]:
        self.asked.append(("call", method, params, key))
        try:
            for event in self.before:
                yield event
            await self.answered.wait()
            yield TEXT_RESULT
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled = True
            raise

    async def answer(self, event_id: Any, result: Json = None, error: Json = None) -> None:
        self.asked.append(("answer", event_id, result, error))
        self.answered.set()


def slow(*before: CallEvent) -> SlowGateway:
    return SlowGateway(running=data.STATUS, by_key=data.LISTED, before=before)


async def open_test(pilot: Pilot[Any], *keys: str) -> PlaygroundScreen:
    await settle(pilot)
    await press(pilot, "3")
    screen = pilot.app.screen
    assert isinstance(screen, PlaygroundScreen)
    await press(pilot, *keys)
    return screen


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    return isinstance(app.screen, kind)


def calls(gateway: FakeGateway) -> list[tuple[Any, ...]]:
    """What was run; what was asked while typing is left out."""
    return [asked[1:] for asked in gateway.asked if asked[0] == "call" and asked[1] != "completion/complete"]
