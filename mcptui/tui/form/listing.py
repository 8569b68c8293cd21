"""The editor for lists: one row for each item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from mcptui.schema import UNSET, ListField, MaybeJson, ObjectField, Problem, TextField
from mcptui.tui.form.editor import Editor, Factory, Path
from mcptui.tui.form.row import FieldRow
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.buttons import LineButton


class ListItem(Horizontal):
    """A numbered item with a button that removes it."""

    DEFAULT_CSS = """
    ListItem { height: auto; }
    ListItem > .number { width: 4; color: $foreground-muted; }
    ListItem > FieldRow { width: 1fr; }
    ListItem > Button { min-width: 5; }
    """

    def __init__(self, number: int, row: FieldRow) -> None:
        super().__init__()
        self.row = row
        self._number = Static(Content(f"{number}."), classes="number")

    def compose(self) -> ComposeResult:
        yield self._number
        yield self.row
        yield LineButton("✕")

    def renumber(self, number: int) -> None:
        """Show another number."""
        self._number.update(Content(f"{number}."))


class ListEditor(Editor):
    """Items to add, remove (``delete`` on an empty one) and move (``alt+up``, ``alt+down``)."""

    DEFAULT_CSS = """
    ListEditor > .items { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.MOVE_UP.bind("move(-1)", "Move up"),
        meanings.MOVE_DOWN.bind("move(1)", "Move down"),
    ]

    def __init__(self, field: ListField, value: MaybeJson, factory: Factory) -> None:
        super().__init__()
        self._field = field
        self._factory = factory
        self._is_set = isinstance(value, list)
        entries = value if isinstance(value, list) else []
        self._items = [self._item(number, entry) for number, entry in enumerate(entries, start=1)]

    def compose(self) -> ComposeResult:
        with Vertical(classes="items"):
            yield from self._items
        yield LineButton(f"+ add {self._field.item.word}", classes="add")

    @property
    def is_set(self) -> bool:
        return self._is_set

    def describe(self) -> str:
        if not self._is_set:
            return "unset"
        return "" if self._items else "empty array"

    def rows(self) -> Sequence[FieldRow]:
        return [item.row for item in self._items]

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        if not self._is_set:
            return UNSET
        values = []
        for place, item in enumerate(self._items):
            before = len(problems)
            value = item.row.read((*path, place), problems)
            if value is UNSET and len(problems) == before:
                problems.append(Problem((*path, place), "a value is required"))
            values.append(value)
        return [value for value in values if value is not UNSET]

    def clear(self) -> None:
        for item in self._items:
            item.remove()
        self._items = []
        self._is_set = False

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        item = next((item for item in self._items if event.button.parent is item), None)
        if item is not None:
            event.stop()
            await self._remove(item)
        elif event.button.parent is self:
            event.stop()
            await self._add()

    @on(Editor.Unset)
    async def _unset(self, event: Editor.Unset) -> None:
        item = next((item for item in self._items if item.row.editor is event.editor), None)
        if item is not None:
            event.stop()
            await self._remove(item)

    def action_move(self, by: int) -> None:
        """Move the item with the focus up or down."""
        place = next((n for n, item in enumerate(self._items) if item.has_focus_within), None)
        if place is None or not 0 <= place + by < len(self._items):
            return
        item, other = self._items[place], self._items[place + by]
        self._items[place], self._items[place + by] = other, item
        container = self.query_one(".items", Vertical)
        if by < 0:
            container.move_child(item, before=other)
        else:
            container.move_child(item, after=other)
        self._renumber()

    async def _add(self) -> None:
        item = self._item(len(self._items) + 1, self._first_value())
        self._items.append(item)
        self._is_set = True
        await self.query_one(".items", Vertical).mount(item)
        focusable = next((widget for widget in item.row.query("*") if widget.focusable), None)
        if focusable is not None:
            focusable.focus()
        self.changed()

    async def _remove(self, item: ListItem) -> None:
        place = self._items.index(item)
        self._items.remove(item)
        await item.remove()
        self._renumber()
        if self._items:
            neighbour = self._items[min(place, len(self._items) - 1)]
            focusable = next((widget for widget in neighbour.query("*") if widget.focusable), None)
        else:
            focusable = self.query_children(".add").first(Button)
        if focusable is not None:
            focusable.focus()
        self.changed()

    def _first_value(self) -> MaybeJson:
        """What a new item starts with: text and objects may be empty, the others have to be entered."""
        if isinstance(self._field.item, TextField):
            return ""
        return {} if isinstance(self._field.item, ObjectField) else UNSET

    def _item(self, number: int, value: MaybeJson) -> ListItem:
        return ListItem(number, self._factory.row(self._field.item, value, header=False))

    def _renumber(self) -> None:
        for number, item in enumerate(self._items, start=1):
            item.renumber(number)
        self.changed()
