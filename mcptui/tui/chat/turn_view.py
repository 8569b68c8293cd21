"""One turn in the transcript: the question, text and tool calls as they come, how it ended."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Markdown, Static
from textual.widgets.markdown import MarkdownStream

from mcptui.errors import McptuiError
from mcptui.model.runtime import JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.tui.chat.tool_row import ToolRow
from mcptui.tui.tone import Tone, toned

_QUESTION_LIMIT: Final = 20_000


class TurnView(Vertical):
    """Grows from top to bottom."""

    DEFAULT_CSS = """
    TurnView { height: auto; }
    TurnView > .question { height: auto; padding: 0 1; margin: 1 0; background: $surface; border-left: outer $primary; }
    TurnView > Markdown { margin: 0; padding: 0 1; background: transparent; }
    TurnView > .text { height: auto; padding: 0 1; }
    TurnView > .end { height: auto; padding: 0 1; margin-top: 1; }
    """

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question
        self._texts: list[str] = []
        self._stream: MarkdownStream | None = None
        self._rows: dict[str, ToolRow] = {}

    def compose(self) -> ComposeResult:
        yield Static(Content(visible(self._question, limit=_QUESTION_LIMIT)), classes="question")

    @property
    def text(self) -> str:
        """What the model said so far."""
        return "\n\n".join(text for text in self._texts if text)

    async def add_text(self, delta: str) -> None:
        """The model goes on."""
        if self._stream is None:
            block = Markdown(open_links=False)
            await self.mount(block)
            self._stream = Markdown.get_stream(block)
            self._texts.append("")
        self._texts[-1] += delta
        await self._stream.write(visible(delta))

    async def show_call(self, call: JsonObject) -> None:
        """A tool call begins or got further."""
        call_id = str(call.get("id"))
        if call_id in self._rows:
            self._rows[call_id].update_call(call)
            return
        await self.end_text()
        row = self._rows[call_id] = ToolRow(call)
        await self.mount(row)

    async def end_text(self) -> None:
        """The text block is complete."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            await stream.stop()

    async def end(self, words: str, tone: Tone = "muted") -> None:
        """Say how the turn ended."""
        await self.end_text()
        await self.mount(Static(toned(words, tone), classes="end"))

    async def fail(self, error: McptuiError) -> None:
        """Say why there is no answer."""
        hint = f"\n{visible(error.hint, limit=500)}" if error.hint else ""
        await self.end(f"✗ {visible(error.message, limit=1000)}{hint}", "bad")

    async def retire(self) -> None:
        """Replace live Markdown by its text: many live blocks make the screen slow."""
        for block in self.query_children(Markdown):
            await self.mount(Static(Content(visible(block.source)), classes="text"), after=block)
            await block.remove()


def usage_words(done: JsonObject, seconds: float) -> str:
    """Tokens, rounds and time of a turn."""
    usage = done.get("usage")
    numbers = usage if isinstance(usage, dict) else {}
    parts = []
    for name, word in (("prompt_tokens", "tokens in"), ("completion_tokens", "out")):
        if isinstance(number := numbers.get(name), int):
            parts.append(f"{number} {word}")
    rounds = done.get("rounds")
    if isinstance(rounds, int) and rounds > 1:
        parts.append(f"{rounds} rounds")
    parts.append(f"{seconds:.1f} s")
    stop = done.get("stop")
    if isinstance(stop, str) and stop != "stop":
        parts.append(f"not finished: {one_line(stop.replace('_', ' '), limit=40)}")
    return " · ".join(parts)
