"""One turn in the transcript: the question, text and tool calls as they come, how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import ceil
from time import monotonic
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownStream

from mcptui.errors import McptuiError
from mcptui.model.chat import ChatTurn
from mcptui.model.runtime import JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.services.totals import Totals, fullness_words
from mcptui.tui.chat.blocks import AnswerBlock, PlainBlock, may_end, paragraphs, split
from mcptui.tui.chat.tool_row import ToolRow
from mcptui.tui.text.tone import Tone, toned

_QUESTION_LIMIT: Final = 20_000
_AFTER_CALL: Final = "-after-call"
#: Seconds between two changes of a text that comes in.
_PACE: Final = 0.1
#: Above this, an answer of the past is plain text at once.
_MARKDOWN_LIMIT: Final = 50_000


class TurnView(Vertical):
    """Grows from top to bottom.

    Args:
        question: what was asked.
        past: the blocks of an answer of the past, and how it ended.
    """

    DEFAULT_CSS = """
    TurnView { height: auto; }
    TurnView > .question { height: auto; padding: 0 1; margin: 1 0; background: $surface; border-left: outer $primary; }
    TurnView > .end { height: auto; padding: 0 1; }
    TurnView > .-after-call { margin-top: 1; }
    """

    def __init__(self, question: str, past: Sequence[Widget] = ()) -> None:
        super().__init__()
        self._question = question
        self._past = past
        self._stream: MarkdownStream | None = None
        self._written = ""
        self._pending = ""
        self._pause: Timer | None = None
        self._showing = asyncio.Lock()
        self._shown = 0.0
        self._rows: dict[str, ToolRow] = {}
        self._retry: RetryLine | None = None

    @classmethod
    def of(cls, turn: ChatTurn, *, live: bool) -> TurnView:
        """A turn of the past, with Markdown if it is to be ``live``."""
        blocks = [block for part in turn.parts for block in _past_blocks(part, live=live)]
        blocks.append(Static(end_words(turn), classes="end"))
        return cls(turn.question, [_spaced(*pair) for pair in zip(blocks, [None, *blocks], strict=False)])

    def compose(self) -> ComposeResult:
        yield Static(Content(visible(self._question, limit=_QUESTION_LIMIT)), classes="question")
        yield from self._past

    async def add_text(self, delta: str) -> None:
        """The model goes on. Each change means a new layout, so changes are shown a few times a second."""
        await self._end_retry()
        self._pending += visible(delta)
        if self._pause is None:
            if monotonic() - self._shown >= _PACE:
                await self._show_pending()
            else:
                self._pause = self.set_timer(_PACE, self._show_pending)

    async def show_call(self, call: JsonObject) -> None:
        """A tool call begins or got further."""
        await self._end_retry()
        call_id = str(call.get("id"))
        if call_id in self._rows:
            self._rows[call_id].update_call(call)
            return
        await self.end_text()
        row = self._rows[call_id] = ToolRow(call)
        await self._add(row)

    async def show_retry(self, message: str, seconds: float) -> None:
        """The provider is asked again after a pause."""
        await self._end_retry()
        await self.end_text()
        self._retry = RetryLine(message, seconds)
        await self.mount(self._retry)

    async def end_text(self) -> None:
        """The text is complete."""
        await self._show_pending()
        await self._end_block()

    async def end(self, turn: ChatTurn, error: McptuiError | None = None) -> None:
        """Show how the turn ended."""
        await self._end_retry()
        await self.end_text()
        for part in turn.parts:
            if str(part.get("id")) in self._rows:
                self._rows[str(part["id"])].update_call(part)
        words = end_words(turn)
        if error is not None and error.hint:
            words += toned(f"\n{visible(error.hint, limit=500)}", "bad")
        await self._add(Static(words, classes="end"))

    async def retire(self) -> None:
        """Replace live Markdown by its text: many live blocks make the screen slow."""
        for block in self.query_children(AnswerBlock):
            plain = PlainBlock(block.source)
            plain.set_class(block.has_class(_AFTER_CALL), _AFTER_CALL)
            await self.mount(plain, after=block)
            await block.remove()

    async def _add(self, widget: Widget) -> None:
        """Put a widget to the end."""
        await self.mount(_spaced(widget, self.children[-1] if self.children else None))

    async def _show_pending(self) -> None:
        # The timer and the end of a text may come together.
        async with self._showing:
            if self._pause is not None:
                self._pause.stop()
                self._pause = None
            text, self._pending = self._pending, ""
            for piece in paragraphs(text):
                if self._stream is None:
                    block = AnswerBlock()
                    await self._add(block)
                    self._stream, self._written = Markdown.get_stream(block), ""
                await self._stream.write(piece)
                self._written += piece
                if may_end(self._written):
                    await self._end_block()
            self._shown = monotonic()

    async def _end_block(self) -> None:
        if self._stream is not None:
            stream, self._stream = self._stream, None
            await stream.stop()

    async def _end_retry(self) -> None:
        if self._retry is not None:
            line, self._retry = self._retry, None
            await line.remove()


class RetryLine(Static):
    """Counts down to the next attempt."""

    DEFAULT_CSS = "RetryLine { height: auto; padding: 0 1; }"

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__()
        self._message = one_line(message, limit=300)
        self._seconds = ceil(seconds)

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(1, self._tick)

    def _tick(self) -> None:
        self._seconds = max(self._seconds - 1, 0)
        self._draw()

    def _draw(self) -> None:
        when = f"retry in {self._seconds} s" if self._seconds else "retrying"
        self.update(toned(f"⟳ {self._message} · {when}", "warn"))


def _spaced(widget: Widget, before: Widget | None) -> Widget:
    """``widget`` at a distance from tool calls ``before`` it; texts keep their own from what follows."""
    widget.set_class(isinstance(before, ToolRow) and not isinstance(widget, ToolRow), _AFTER_CALL)
    return widget


def _past_blocks(part: JsonObject, *, live: bool) -> list[Widget]:
    if part.get("type") != "text":
        return [ToolRow(part)]
    text = str(part.get("text", ""))
    if not live or len(text) > _MARKDOWN_LIMIT:
        return [PlainBlock(text)]
    return [AnswerBlock(block) for block in split(visible(text))]


def end_words(turn: ChatTurn) -> Content:
    """How a turn ended: an error, a stop, or what it cost."""
    if turn.outcome == "failed":
        return toned(f"✗ {visible(turn.note, limit=1000)}", "bad")
    parts = [*Totals.of([turn]).words]
    if turn.outcome == "stopped":
        return toned(" · ".join(["■ Stopped, partial answer kept", *parts]), "warn")
    if turn.rounds > 1:
        parts.append(f"{turn.rounds} rounds")
    parts.append(f"{turn.seconds:.1f} s")
    tone: Tone = "muted"
    if turn.note:
        tone = "warn"
        parts.append(one_line(turn.note, limit=80))
    words = toned(" · ".join(parts), tone)
    full = fullness_words(turn)
    return words if full is None else words + toned(f" · {full}", "warn")
