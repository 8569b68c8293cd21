"""One line in which a call is typed, with suggestions for names and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from mcptui.model.runtime import Json
from mcptui.protocol.text import counted, one_line, visible
from mcptui.schema import Field, TypedCallError, arguments_of, build, parse_call, proposals
from mcptui.tui.form.suggestions import Suggestions
from mcptui.tui.keys import meanings
from mcptui.tui.playground.items import Item
from mcptui.tui.text.tone import toned


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed; ``run``: it shall be sent at once."""

    item: Item
    arguments: Json
    run: bool = False


class CallInput(Input):
    """Moves through the suggestions and accepts them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.NEXT_FIELD.bind("screen.take", "Complete"),
        meanings.DOWN.only("down").bind("screen.move(1)", "Next suggestion"),
        meanings.UP.only("up").bind("screen.move(-1)", "Previous suggestion"),
        meanings.TEST.only("f5", "alt+t", "ctrl+enter", "alt+enter").bind("screen.accept(True)", "Run"),
    ]


class TypedCallDialog(ModalScreen[Typed | None]):
    """``add a=1``, ``add(1, 2)`` or ``add {"a": 1}``: ``enter`` fills in the form, ``f5`` runs it too."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Close")]
    DEFAULT_CSS = """
    TypedCallDialog { align: center top; }
    TypedCallDialog > Vertical {
        width: 90%; max-width: 110; height: auto; margin-top: 2; padding: 0 1; background: $surface;
        border: round $primary; border-title-style: bold;
    }
    TypedCallDialog Input { background: $panel; }
    TypedCallDialog #said { height: auto; max-height: 4; padding: 0 1; }
    """
    _input = getters.query_one(CallInput)
    _suggestions = getters.query_one(Suggestions)
    _said = getters.query_one("#said", Static)

    def __init__(self, items: Mapping[str, Item], line: str = "") -> None:
        super().__init__()
        self._items = items
        self._line = line
        self._fields: dict[str, Field] = {}

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Type a call")
            box.border_subtitle = Content("tab complete · enter fill in · f5 run · esc close")
            yield CallInput(
                self._line, placeholder="add a=1 b=2   add(1, 2)   add {…}", compact=True, select_on_focus=False
            )
            yield Static(id="said")
            yield Suggestions()

    def on_mount(self) -> None:
        self._input.cursor_position = len(self._line)

    @on(Input.Changed)
    def _typed(self) -> None:
        line = self._input.value
        self._suggestions.propose(proposals(line, self._items, self._field).words)
        try:
            self._said.update(self._reading(line) if line.strip() else Content(""))
        except TypedCallError:
            # It is not finished yet; what is wrong is said when it shall be used.
            self._said.update(Content(""))

    def _reading(self, line: str) -> Content:
        typed = self._read(line)
        count = len(typed.arguments)
        what = counted(count, "argument") if count else "no arguments"
        about = one_line(typed.item.description, limit=120)
        return toned(f"{one_line(typed.item.name, limit=60)} · {what}", "ok") + toned(f"  {about}", "muted")

    def _read(self, line: str, *, run: bool = False) -> Typed:
        call = parse_call(line)
        field = self._field(call.name)
        if field is None:
            raise TypedCallError(f"{call.name} is no tool or prompt here", len(line) - len(line.lstrip()))
        return Typed(self._items[call.name], arguments_of(call, field), run)

    def _field(self, name: str) -> Field | None:
        if name not in self._fields and name in self._items:
            self._fields[name] = build(self._items[name].schema)
        return self._fields.get(name)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        if self._suggestions.chosen is not None:
            self.action_take()
        else:
            self.action_accept(False)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self._put(self._suggestions.text_at(event.option_index))

    def action_accept(self, run: bool) -> None:
        """Close with the call, or say what is wrong with it."""
        try:
            typed = self._read(self._input.value, run=run)
        except TypedCallError as error:
            self._input.cursor_position = error.column - 1
            self._said.update(toned(f"✗ {visible(str(error), limit=300)}", "bad"))
        else:
            self.dismiss(typed)

    def action_take(self) -> None:
        """Complete the line with the suggestion under the cursor, or the first one."""
        words = proposals(self._input.value, self._items, self._field).words
        if words:
            self._put(self._suggestions.chosen or words[0])

    def _put(self, word: str) -> None:
        line = self._input.value
        whole = line[: proposals(line, self._items, self._field).start] + word
        # A name is followed by its arguments.
        self._input.value = whole if word not in self._items else f"{whole} "
        self._input.cursor_position = len(self._input.value)

    def action_move(self, by: int) -> None:
        """Go through the suggestions."""
        self._suggestions.move(by)

    def action_close(self) -> None:
        """Close without a call."""
        self.dismiss(None)
