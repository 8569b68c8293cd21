"""Editors for text and numbers, in which unset is something else than empty."""

from __future__ import annotations

import json

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, TextArea

from mcptui.protocol.text import one_line
from mcptui.schema import UNSET, Field, InputError, MaybeJson, NumberField, Problem, number_text, parse_number
from mcptui.tui.form.editor import Editor, Path


class ValueInput(Input):
    """An input in which ``delete`` without anything to delete unsets the field."""

    def action_delete_right(self) -> None:
        if self.value or not isinstance(self.parent, Editor):
            super().action_delete_right()
        else:
            self.post_message(Editor.Unset(self.parent))


class ValueArea(TextArea):
    """Several lines; ``delete`` in an empty one unsets the field."""

    def action_delete_right(self) -> None:
        if self.text or not isinstance(self.parent, Editor):
            super().action_delete_right()
        else:
            self.post_message(Editor.Unset(self.parent))


class TextEditor(Editor):
    """A string on one line."""

    def __init__(self, field: Field, value: MaybeJson) -> None:
        super().__init__()
        self._is_set = isinstance(value, str)
        self._input = ValueInput(value if isinstance(value, str) else "", placeholder=placeholder(field), compact=True)

    def compose(self) -> ComposeResult:
        yield self._input

    @property
    def is_set(self) -> bool:
        return self._is_set

    def describe(self) -> str:
        if not self._is_set:
            return "unset"
        return "" if self._input.value else "empty text"

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
