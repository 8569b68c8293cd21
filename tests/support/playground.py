"""The Test mode, opened in a test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from mcptui.errors import UnreachableError
from mcptui.model.runtime import CallEvent, CallRecord
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
