"""One tool call in the transcript: a line that opens to arguments and result."""

from __future__ import annotations

import asyncio
import json
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.text import one_line
from mcptui.schema import format_json
from mcptui.tui.background import background
from mcptui.tui.clock import size
from mcptui.tui.form.toggle import BoxLine
from mcptui.tui.playground.images import Blob, blobs, drawable, half_blocks
from mcptui.tui.text.json_text import Passage, passages_content
from mcptui.tui.text.pretty import passages
from mcptui.tui.text.tone import toned

_SHOWN: Final = 20_000
_PICTURES: Final = 4
_PICTURE_LINES: Final = 16


class ToolRow(Vertical):
    """``▸ time__now ✓ 0.4 s {…}``; ``enter`` or ``space`` opens it."""

    DEFAULT_CSS = """
    ToolRow { height: auto; padding: 0 1; }
    ToolRow > BoxLine { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
    ToolRow > Static.details { height: auto; padding-left: 2; color: $foreground-muted; display: none; }
    ToolRow > Static.picture { height: auto; padding: 1 0 0 2; display: none; }
    ToolRow.-open > Static { display: block; }
    """

    def __init__(self, call: JsonObject) -> None:
        super().__init__()
        self._call = call
        self._line = BoxLine(classes="block")
        self._details = Static(classes="details")

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._details
        if drawable_blobs(self._call):
            yield Static(classes="picture")

    def on_mount(self) -> None:
        self._draw()

    def update_call(self, call: JsonObject) -> None:
        """The call got further."""
        self._call = call
        self._draw()
        if drawable_blobs(call) and not self.query(".picture"):
            self.mount(Static(classes="picture"))

    def on_box_line_pressed(self, event: BoxLine.Pressed) -> None:
        event.stop()
        self.toggle_class("-open")
        self._draw()
        if self.has_class("-open") and self.query(".picture"):
            self.draw_pictures()

    @background(group="images", exclusive=True)
    async def draw_pictures(self) -> None:
        """Draw the pictures of the result in the room that there is."""
        width = max(self.size.width - 4, 8)
        drawn = [
            await asyncio.to_thread(half_blocks, blob.data, width, _PICTURE_LINES)
            for blob in drawable_blobs(self._call)[:_PICTURES]
        ]
        self.query_one(".picture", Static).update(Content("\n\n").join(drawn))

    def _draw(self) -> None:
        is_open = self.has_class("-open")
        self._line.update(call_line(self._call, is_open=is_open))
        if is_open:
            self._details.update(call_details(self._call))


def drawable_blobs(call: JsonObject) -> list[Blob]:
    """The pictures in the result of a call."""
    return [blob for blob in blobs(call.get("output")) if drawable(blob)]


def call_line(call: JsonObject, *, is_open: bool = False) -> Content:
    """Name, arguments, how it went."""
    name = toned(one_line(str(call.get("name", "?")), limit=64), "strong")
    # How it went comes before the arguments: at the end it would be cut off.
    return Content(f"{'▾' if is_open else '▸'} ") + name + _state(call) + toned(f"  {_arguments(call)}", "muted")


def _state(call: JsonObject) -> Content:
    ms = call.get("ms")
    took = ""
    if isinstance(ms, int | float):
        took = f" {ms:.0f} ms" if ms < 100 else f" {ms / 1000:.1f} s"
    match call.get("status"):
        case "ok":
            output = call.get("output")
            amount = f" {size(len(json.dumps(output)))}" if output is not None else ""
            return toned(f" ✓{took}", "ok") + toned(amount, "muted")
        case "error":
            return toned(f" ✗ error{took} {one_line(str(call.get('error') or ''), limit=200)}", "bad")
        case "cancelled":
            return toned(f" ■ cancelled{took}", "warn")
        case "waiting":
            return toned(" ? needs approval", "warn")
    return toned(" … running", "warn")


def _arguments(call: JsonObject) -> str:
    arguments = call.get("arguments") or {}
    # What is no JSON object comes as the model wrote it.
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return one_line(text, limit=160)


def call_details(call: JsonObject) -> Content:
    """Arguments and result in full."""
    parts = [Passage("arguments"), Passage(format_json(call.get("arguments")), is_json=True)]
    output: Json = call.get("output")
    if output is not None:
        result = passages(output) if isinstance(output, dict) else [Passage(format_json(output), is_json=True)]
        parts += [Passage(""), Passage("result"), *result]
    if call.get("error"):
        parts += [Passage(""), Passage("error"), Passage(str(call["error"]))]
    return passages_content(parts, limit=_SHOWN)
