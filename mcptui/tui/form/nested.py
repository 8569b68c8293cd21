"""The editor for objects: a line that opens to the fields inside, which are built then."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from mcptui.protocol.text import one_line
from mcptui.schema import UNSET, Json, MaybeJson, ObjectField, Problem, join, spread
from mcptui.tui.form.editor import Editor, Factory, Path
from mcptui.tui.form.row import FieldRow
from mcptui.tui.form.toggle import BoxLine
from mcptui.tui.text.tone import toned


class FieldsEditor(Editor):
    """The fields of an object, all shown; the form's root and the inside of :class:`ObjectEditor`."""

    def __init__(self, field: ObjectField, value: dict[str, Json], factory: Factory) -> None:
        super().__init__()
        self._original = value
        parts = spread(field, value)
        self._rows = [factory.row(part, parts[part.name]) for part in field.fields]

    def compose(self) -> ComposeResult:
        yield from self._rows

    @property
    def is_set(self) -> bool:
        return bool(self._original) or any(row.is_set for row in self._rows)

    def rows(self) -> Sequence[FieldRow]:
        return self._rows

    def read(self, path: Path, problems: list[Problem]) -> dict[str, Json]:
        parts = {row.field.name: row.read((*path, row.field.name), problems) for row in self._rows}
        return join(self._original, parts)

    def clear(self) -> None:
        self._original = {}
        for row in self._rows:
            row.reset()


class ObjectEditor(Editor):
    """A nested object: closed unless it is required and near the root."""

    DEFAULT_CSS = """
    ObjectEditor > .inside { height: auto; padding-left: 2; border-left: solid $border-blurred; margin-left: 1; }
    ObjectEditor > .inside.-closed { display: none; }
    """

    def __init__(self, field: ObjectField, value: MaybeJson, factory: Factory, *, is_open: bool) -> None:
        super().__init__()
        self._field = field
        self._factory = factory
        self._value: MaybeJson = UNSET if value is None else value
        self._is_open = is_open
        self._fields: FieldsEditor | None = None
        self._line = BoxLine()
        self._inside = Vertical(classes="inside -closed")

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._inside

    async def on_mount(self) -> None:
        await self._show()

    @property
    def is_set(self) -> bool:
        if self._fields is not None and self._fields.is_set:
            return True
        return self._field.required or self._value is not UNSET

    def describe(self) -> str:
        return "" if self.is_set else "unset"

    def rows(self) -> Sequence[FieldRow]:
        return self._fields.rows() if self._fields is not None else ()

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        if not self.is_set:
            return UNSET
        if self._fields is not None:
            return self._fields.read(path, problems)
        return {} if self._value is UNSET else self._value

    def clear(self) -> None:
        self._value = UNSET
        if self._fields is not None:
            self._fields.clear()

    async def on_box_line_pressed(self, event: BoxLine.Pressed) -> None:
        event.stop()
        self._is_open = not self._is_open
        await self._show()

    def on_editor_changed(self, event: Editor.Changed) -> None:
        if event.editor is not self:
            event.stop()
            self.changed()

    async def _show(self) -> None:
        if self._is_open and self._fields is None:
            self._fields = FieldsEditor(self._field, {} if self._value is UNSET else self._value, self._factory)
            await self._inside.mount(self._fields)
        self._inside.set_class(not self._is_open, "-closed")
        names = ", ".join(one_line(part.name, limit=20) for part in self._field.fields[:6])
        more = "" if len(self._field.fields) <= 6 else ", …"
        mark = "▾" if self._is_open else "▸"
        self._line.update(Content(f"{mark} ") + toned(f"{names}{more}" if names else "no fields", "muted"))
