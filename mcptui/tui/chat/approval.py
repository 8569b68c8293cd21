"""The bar that asks before a tool runs, and its dialogs."""

from __future__ import annotations

from collections import deque
from typing import ClassVar, Final, Literal, TypeAlias

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea

from mcptui.model.runtime import JsonObject
from mcptui.protocol.annotations import effect
from mcptui.protocol.text import one_line, visible
from mcptui.schema import JsonTextError, format_json, parse_json
from mcptui.tui.keys import meanings
from mcptui.tui.text.json_text import json_content
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.json_area import JsonArea, editable

Verdict: TypeAlias = Literal["once", "always", "reject", "never"]

_KEYS: Final = "a allow once · A always allow · - reject · _ always reject · w reject with reason · e edit"
#: While something is typed, letters are text.
_FROM_AFAR: Final = "esc leave input, then: "
_SHOWN_LINES: Final = 8


class ApprovalBar(Vertical, can_focus=True):
    """Shows the first call that waits; the letters that answer are actions of the screen."""

    DEFAULT_CSS = """
    ApprovalBar { height: auto; border: round $border-blurred; padding: 0 1; display: none; }
    ApprovalBar { border-title-color: $text-warning; border-title-style: bold; border-subtitle-color: $text-warning; }
    ApprovalBar:focus { border: round $warning; }
    ApprovalBar.-waiting { display: block; }
    ApprovalBar > Static { height: auto; max-height: 10; }
    """
    _text = getters.query_one(Static)

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[JsonObject] = deque()
        #: Whether it had the focus when it had nothing to ask any more: hidden, it has lost it to anything.
        self.was_focused = False

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
        """No call waits any more."""
        self._waiting.clear()
        self._draw()

    def take(self, *, call_id: str | None = None, tool: str | None = None) -> JsonObject | None:
        """Remove the first waiting call, or the first one of that id or tool."""
        for call in self._waiting:
            if call_id in (None, call.get("id")) and tool in (None, call.get("name")):
                self._waiting.remove(call)
                self._draw()
                return call
        return None

    def take_all(self) -> list[JsonObject]:
        """Remove all that wait."""
        taken = list(self._waiting)
        self.clear()
        return taken

    @property
    def first(self) -> JsonObject | None:
        """The call that is asked about."""
        return self._waiting[0] if self._waiting else None

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._draw()

    def _draw(self) -> None:
        if not self._waiting:
            self.was_focused = self.was_focused or self.has_focus
            self.remove_class("-waiting")
            return
        self.was_focused = False
        self.add_class("-waiting")
        call = self._waiting[0]
        name = one_line(str(call.get("name", "?")), limit=50)
        badge = " · production" if call.get("production") else ""
        self.border_title = Content(f"Approve {name}{badge} · {effect(call) or 'may write or delete'}")
        self.border_subtitle = Content(f"1 of {len(self._waiting)}" if len(self._waiting) > 1 else "")
        lines = visible(format_json(call.get("arguments") or {})).splitlines()
        if len(lines) > _SHOWN_LINES:
            lines[_SHOWN_LINES - 1 :] = [f"… {len(lines) - _SHOWN_LINES + 1} more lines (e shows all)"]
        keys = _KEYS if self.has_focus else _FROM_AFAR + _KEYS
        self._text.update(json_content("\n".join(lines)) + toned(f"\n{keys}", "muted"))


class ArgumentsDialog(ModalScreen[JsonObject | None]):
    """The arguments of a call as JSON; returns them, or None to leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Cancel"),
        meanings.SAVE.bind("save", "Run"),
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
            yield JsonArea(editable(self._call.get("arguments") or {}), language="json", compact=True)
            yield Static(toned("ctrl+s run with these arguments · esc cancel", "muted"))

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
            self._say("a JSON object is required")

    def _say(self, problem: str) -> None:
        self.query_one(Static).update(toned(f"✗ {visible(problem, limit=300)}", "bad"))


class ReasonDialog(ModalScreen[str | None]):
    """Why a call is rejected, for the model; None to leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Cancel")]
    DEFAULT_CSS = """
    ReasonDialog { align: center middle; }
    ReasonDialog > Vertical {
        width: 76; max-width: 96%; height: auto; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ReasonDialog Input { background: $panel; }
    ReasonDialog Static { height: auto; margin-top: 1; }
    """

    def __init__(self, call: JsonObject) -> None:
        super().__init__()
        self._call = call

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(one_line(f"Reject {self._call.get('name', '')}", limit=60))
            yield Input(placeholder="Reason for the model, e.g. ask me for the date first", compact=True)
            yield Static(toned("enter reject and send the reason · esc cancel", "muted"))

    @on(Input.Submitted)
    def _said(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip())

    def action_close(self) -> None:
        """Back to the question."""
        self.dismiss(None)
