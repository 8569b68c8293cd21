"""Editors for text and numbers, in which unset is something else than empty."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input, OptionList, TextArea

from mcptui.protocol.text import one_line
from mcptui.schema import (
    UNSET,
    Field,
    InputError,
    MaybeJson,
    NumberField,
    Problem,
    TextField,
    format_hint,
    number_text,
    parse_number,
)
from mcptui.tui.form.editor import Editor, Path
from mcptui.tui.form.suggestions import Suggestions
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.field_keys import ENTER_KEY, LEAVE_KEYS
from mcptui.tui.widgets.json_area import JsonArea


class ValueInput(Input):
    """An input in which ``delete`` without anything to delete unsets the field, and ``enter`` goes on to the next."""

    BINDINGS: ClassVar[list[BindingType]] = [*LEAVE_KEYS, ENTER_KEY]

    def action_delete_right(self) -> None:
        if self.value or not isinstance(self.parent, Editor):
            super().action_delete_right()
        else:
            self.post_message(Editor.Unset(self.parent))


class ValueArea(JsonArea):
    """Several lines; ``delete`` in an empty one unsets the field."""

    BINDINGS: ClassVar[list[BindingType]] = LEAVE_KEYS

    def action_delete_right(self) -> None:
        if self.text or not isinstance(self.parent, Editor):
            super().action_delete_right()
        else:
            self.post_message(Editor.Unset(self.parent))


class TextEditor(Editor):
    """A string on one line; whoever hears :class:`Typing` may :meth:`propose` texts, chosen by arrows and ``enter``."""

    DEFAULT_CSS = """
    TextEditor > Suggestions { overlay: screen; constrain: none inside; width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.DOWN.only("down").bind("move(1)", "Next suggestion"),
        meanings.UP.only("up").bind("move(-1)", "Previous suggestion"),
        meanings.OPEN.bind("take", "Accept suggestion", priority=True),
        meanings.BACK.bind("close", "Close suggestions"),
    ]

    @dataclass
    class Typing(Message):
        """The person is at this text now."""

        editor: TextEditor
        argument: str
        text: str

    def __init__(self, field: TextField, value: MaybeJson) -> None:
        super().__init__()
        self._argument = field.name
        self._format = field.format
        self._is_set = isinstance(value, str)
        self._input = ValueInput(value if isinstance(value, str) else "", placeholder=placeholder(field), compact=True)
        self._suggestions: Suggestions | None = None

    def compose(self) -> ComposeResult:
        yield self._input

    @property
    def is_set(self) -> bool:
        return self._is_set

    def describe(self) -> str:
        if not self._is_set:
            return "unset"
        text = self._input.value
        return format_hint(self._format, text) if text else "empty text"

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        return self._input.value if self._is_set else UNSET

    def clear(self) -> None:
        with self.prevent(Input.Changed):
            self._input.value = ""
        self._is_set = False

    @on(Input.Changed)
    def _input_changed(self, event: Input.Changed) -> None:
        event.stop()
        # The first change of an input is its initial value.
        if event.value or self._is_set:
            self._is_set = True
            self.changed()
        if self._input.has_focus:
            self._tell()

    @on(events.DescendantFocus)
    def _tell(self) -> None:
        self.post_message(self.Typing(self, self._argument, self._input.value))

    async def propose(self, text: str, values: Sequence[str], *, more: int = 0) -> None:
        """Show ``values`` for ``text``, unless the person has typed on or left."""
        if not (self._input.has_focus and self._input.value == text):
            return
        if self._suggestions is None:
            self._suggestions = Suggestions()
            await self.mount(self._suggestions)
        self._suggestions.propose([value for value in values if value != text], more=more)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take":
            return self._suggestions is not None and self._suggestions.chosen is not None
        return action not in {"move", "close"} or (self._suggestions is not None and self._suggestions.is_open)

    def action_move(self, by: int) -> None:
        """Go through the suggestions."""
        if self._suggestions is not None:
            self._suggestions.move(by)

    def action_take(self) -> None:
        """Fill in the selected suggestion."""
        if self._suggestions is not None and (chosen := self._suggestions.chosen) is not None:
            self._fill_in(chosen)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._suggestions is not None:
            self._fill_in(self._suggestions.text_at(event.option_index))

    def _fill_in(self, text: str) -> None:
        self._input.value = text
        self._input.cursor_position = len(text)
        self.action_close()

    @on(events.DescendantBlur)
    def action_close(self) -> None:
        """Close the suggestions."""
        if self._suggestions is not None:
            self._suggestions.close()
            self.refresh_bindings()


class LongTextEditor(Editor):
    """A string on several lines."""

    DEFAULT_CSS = """
    LongTextEditor > TextArea { height: auto; min-height: 3; max-height: 10; }
    """

    def __init__(self, field: Field, value: MaybeJson) -> None:
        super().__init__()
        self._is_set = isinstance(value, str)
        self._area = ValueArea(value if isinstance(value, str) else "", compact=True, placeholder=placeholder(field))

    def compose(self) -> ComposeResult:
        yield self._area

    @property
    def is_set(self) -> bool:
        return self._is_set

    def describe(self) -> str:
        if not self._is_set:
            return "unset"
        return "" if self._area.text else "empty text"

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        return self._area.text if self._is_set else UNSET

    def clear(self) -> None:
        with self.prevent(TextArea.Changed):
            self._area.text = ""
        self._is_set = False

    @on(TextArea.Changed)
    def _area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._area.text or self._is_set:
            self._is_set = True
            self.changed()


class NumberEditor(Editor):
    """A number; an empty input is an unset field."""

    def __init__(self, field: NumberField, value: MaybeJson) -> None:
        super().__init__()
        self._field = field
        self._input = ValueInput(
            "" if value is UNSET or value is None else number_text(value),
            placeholder=placeholder(field),
            compact=True,
        )

    def compose(self) -> ComposeResult:
        yield self._input

    @property
    def is_set(self) -> bool:
        return bool(self._input.value.strip())

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        if not self.is_set:
            return UNSET
        try:
            return parse_number(self._input.value, integer=self._field.integer)
        except InputError as error:
            problems.append(Problem(path, str(error)))
            return UNSET

    def clear(self) -> None:
        with self.prevent(Input.Changed):
            self._input.value = ""

    @on(Input.Changed)
    def _input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.changed()


def placeholder(field: Field) -> str:
    """What an empty input shows: the default, else an example of the schema."""
    if field.default is not UNSET:
        return f"default {one_line(json.dumps(field.default, ensure_ascii=False), limit=60)}"
    examples = field.schema.get("examples")
    if isinstance(examples, list) and examples:
        return f"e.g. {one_line(json.dumps(examples[0], ensure_ascii=False), limit=60)}"
    hints = {"date": "2027-01-31", "date-time": "2027-01-31T12:00:00Z", "uri": "https://…", "email": "name@…"}
    return hints.get(str(field.schema.get("format")), "")
