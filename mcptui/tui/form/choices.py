"""Editors for enums: one of a few values, or any of them."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import Select

from mcptui.protocol.text import one_line
from mcptui.schema import UNSET, ChecklistField, ChoiceField, MaybeJson, Problem, choice_index
from mcptui.tui.form.editor import Editor, Path
from mcptui.tui.form.text import placeholder
from mcptui.tui.widgets.box_list import Box, BoxList, BoxRow


class ChoiceEditor(Editor):
    """A drop-down list; blank is unset."""

    def __init__(self, field: ChoiceField, value: MaybeJson) -> None:
        super().__init__()
        self._field = field
        self._place = place = None if value is UNSET else choice_index(field.choices, value)
        # Rich text is literal and, unlike Content, found by typing.
        self._select: Select[int] = Select(
            [(Text(one_line(choice.label, limit=80)), index) for index, choice in enumerate(field.choices)],
            prompt=placeholder(field) or "unset",
            value=Select.NULL if place is None else place,
            compact=True,
        )

    def compose(self) -> ComposeResult:
        yield self._select

    @property
    def is_set(self) -> bool:
        return not self._select.is_blank() if self._select.is_mounted else self._place is not None

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        # The list is blank until it is mounted.
        value = self._select.value if self._select.is_mounted else self._place
        return self._field.choices[value].value if isinstance(value, int) else UNSET

    def clear(self) -> None:
        with self.prevent(Select.Changed):
            self._select.clear()

    @on(Select.Changed)
    def _select_changed(self, event: Select.Changed) -> None:
        event.stop()
        self.changed()


class ChecklistEditor(Editor):
    """A check box for each value; the list is in the order of the schema."""

    DEFAULT_CSS = """
    ChecklistEditor > BoxList { max-height: 8; }
    """

    def __init__(self, field: ChecklistField, value: MaybeJson) -> None:
        super().__init__()
        self._field = field
        self._ticked: set[int] | None = None
        if isinstance(value, list):
            places = (choice_index(field.choices, entry) for entry in value)
            self._ticked = {place for place in places if place is not None}
        self._boxes = BoxList(self._rows())

    def compose(self) -> ComposeResult:
        yield self._boxes

    @property
    def is_set(self) -> bool:
        return self._ticked is not None

    def describe(self) -> str:
        if self._ticked is None:
            return "unset"
        return "" if self._ticked else "empty array"

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        if self._ticked is None:
            return UNSET
        return [self._field.choices[place].value for place in sorted(self._ticked)]

    def clear(self) -> None:
        self._ticked = None
        self._boxes.set_rows(self._rows())

    def on_box_list_toggled(self, event: BoxList.Toggled) -> None:
        event.stop()
        self._ticked = (self._ticked or set()) ^ {int(event.id)}
        self._boxes.set_rows(self._rows())
        self.changed()

    def _rows(self) -> list[BoxRow]:
        off = Box.OFF if self._ticked is not None else Box.SILENT
        ticked = self._ticked or set()
        return [
            BoxRow(str(place), Box.ON if place in ticked else off, choice.label)
            for place, choice in enumerate(self._field.choices)
        ]
