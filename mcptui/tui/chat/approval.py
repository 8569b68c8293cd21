"""Approving tool calls: once, always, not, never."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from mcptui.model.runtime import JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.schema import JsonTextError, format_json, parse_json
from mcptui.tui.chat.tool_row import call_line
from mcptui.tui.tone import toned

Verdict: TypeAlias = Literal["once", "always", "reject", "never"]


class ApprovalPolicy:
    """What the person decided about tools for this conversation."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}

    def known(self, tool: str) -> bool | None:
        """Whether ``tool`` always or never runs; None asks."""
        return self._known.get(tool)

    def decide(self, tool: str, verdict: Verdict) -> bool:
        """Whether the call runs; "always" and "never" are remembered."""
        runs = verdict in {"once", "always"}
        if verdict in {"always", "never"}:
            self._known[tool] = runs
        return runs


class ApprovalBar(Vertical, can_focus=True):
    """Shows the first call that waits; its letters work while it has the focus."""

    DEFAULT_CSS = """
    ApprovalBar { height: auto; border: round $warning; padding: 0 1; display: none; }
    ApprovalBar.-waiting { display: block; }
    ApprovalBar > Static { height: auto; max-height: 8; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "answer('once')", "Once", show=False),
        Binding("A", "answer('always')", "Always", show=False),
        Binding("r", "answer('reject')", "Reject", show=False),
        Binding("R", "answer('never')", "Always reject", show=False),
        Binding("e", "edit", "Edit", show=False),
    ]

    @dataclass
    class Answered(Message):
        """The person decided about ``call``."""

        call: JsonObject
        verdict: Verdict

    @dataclass
    class EditWanted(Message):
        """The person wants other arguments."""

        call: JsonObject

    _text = getters.query_one(Static)

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[JsonObject] = deque()

    def compose(self) -> ComposeResult:
        yield Static()

    @property
    def is_waiting(self) -> bool:
        """Whether a call waits."""
        return bool(self._waiting)

    def add(self, call: JsonObject) -> None:
        """Another call waits."""
        self._waiting.append(call)
        self._draw()

    def clear(self) -> None:
        """Nobody waits any more."""
        self._waiting.clear()
        self._draw()

    def take(self, tool: str | None = None) -> JsonObject | None:
        """Remove the first waiting call, or the first one of ``tool``."""
        call = next((call for call in self._waiting if tool is None or call.get("name") == tool), None)
        if call is not None:
            self._waiting.remove(call)
            self._draw()
        return call

    def action_answer(self, verdict: Verdict) -> None:
        """Decide about the first call."""
        if (call := self.take()) is not None:
            self.post_message(self.Answered(call, verdict))

    def action_edit(self) -> None:
        """Change the arguments before it runs."""
        if self._waiting:
            self.post_message(self.EditWanted(self._waiting[0]))

    def _draw(self) -> None:
        self.set_class(bool(self._waiting), "-waiting")
        if self._waiting:
            more = f"  ({len(self._waiting)} wait)" if len(self._waiting) > 1 else ""
            keys = "a once · A always · r reject · R always reject · e edit first"
            line = call_line({**self._waiting[0], "status": "waiting"})
            self._text.update(line + toned(f"{more}\n{keys}", "muted"))


class ArgumentsDialog(ModalScreen[JsonObject | None]):
    """The arguments of a call as JSON; returns them, or None to leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel", show=False),
        Binding("ctrl+s,f5", "save", "Run", show=False),
    ]
    DEFAULT_CSS = """
    ArgumentsDialog { align: center middle; }
    ArgumentsDialog > Vertical {
        width: 80; max-width: 96%; height: 20; max-height: 90%; padding: 0 1;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ArgumentsDialog TextArea { height: 1fr; background: $panel; }
    ArgumentsDialog Static { height: auto; min-height: 1; }
    """

    def __init__(self, call: JsonObject) -> None:
        super().__init__()
        self._call = call

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(one_line(f"Arguments of {self._call.get('name', '')}", limit=60))
            yield TextArea(format_json(self._call.get("arguments") or {}), language="json", compact=True)
            yield Static(toned("ctrl+s runs the call with these arguments · esc goes back", "muted"))

    def action_close(self) -> None:
        """Back to the question."""
        self.dismiss(None)

    def action_save(self) -> None:
        """Run with these arguments."""
        try:
            value = parse_json(self.query_one(TextArea).text)
        except JsonTextError as error:
            self._say(str(error))
            return
        if isinstance(value, dict):
            self.dismiss(value)
        else:
            self._say("an object is needed")

    def _say(self, problem: str) -> None:
        self.query_one(Static).update(toned(f"✗ {visible(problem, limit=300)}", "bad"))
