"""A whole form: the arguments of a tool, the answer to a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from mcptui.schema import (
    UNSET,
    Field,
    Json,
    MaybeJson,
    ObjectField,
    OddSchemaError,
    Problem,
    VariantField,
    check,
    pick_variant,
)
from mcptui.tui.form.editor import Editor, Path
from mcptui.tui.form.factory import EditorFactory
from mcptui.tui.form.json_editor import JsonEditor
from mcptui.tui.form.nested import FieldsEditor
from mcptui.tui.form.row import FieldRow
from mcptui.tui.form.variant import VariantEditor
from mcptui.tui.text.tone import toned


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form holds; ``problems`` empty means that it can be sent.

    ``lossy`` are problems of the input itself: the text in a field stands for no value.
    """

    value: Json
    problems: tuple[Problem, ...] = ()
    lossy: bool = False


class SchemaForm(VerticalScroll):
    """The fields of one schema. :meth:`load` builds another one."""

    DEFAULT_CSS = """
    SchemaForm { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    SchemaForm Input, SchemaForm TextArea, SchemaForm SelectCurrent { background: $surface; }
    SchemaForm Input:focus, SchemaForm TextArea:focus { background: $panel; }
    SchemaForm TextArea { padding: 0 1; }
    """

    class Changed(Message):
        """A value changed."""

    def __init__(self, field: Field, value: Json = UNSET, *, id: str | None = None) -> None:
        super().__init__(id=id, can_focus=False)
        self._field = field
        self._editor = self._make(field, value)

    def compose(self) -> ComposeResult:
        yield from self._content()

    async def load(self, field: Field, value: MaybeJson = UNSET) -> None:
        """Show another schema or other values."""
        self._field = field
        self._editor = self._make(field, value)
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(self._content())
        self.scroll_home(animate=False)

    def read(self, *, complete: bool = True) -> Reading:
        """The value; problems are shown at their fields, and the first one gets the focus.

        Without ``complete`` only input that stands for no value at all is a problem.
        """
        problems: list[Problem] = []
        value = self._editor.read((), problems)
        lossy = bool(problems)
        value = {} if value is UNSET else value
        if complete and not lossy:
            problems.extend(_problems(self._field, value))
        self._show(problems)
        return Reading(value, tuple(problems), lossy)

    def peek(self) -> Reading:
        """The value without complaints."""
        problems: list[Problem] = []
        value = self._editor.read((), problems)
        return Reading({} if value is UNSET else value, lossy=bool(problems))

    def on_editor_changed(self, event: Editor.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    def focus_first(self) -> None:
        """Put the focus into the first field."""
        widget = next((widget for widget in self.query("*") if widget.focusable), None)
        if widget is not None:
            widget.focus()

    def _content(self) -> Iterator[Editor | Static]:
        if isinstance(self._field, ObjectField) and not self._field.fields:
            yield Static(toned("No arguments.", "muted"))
        yield self._editor

    @staticmethod
    def _make(field: Field, value: MaybeJson) -> Editor:
        value = {} if value is UNSET else value
        factory = EditorFactory()
        if value is None:  # the root has no row that could make it null
            return JsonEditor(replace(field, nullable=False), value)
        if isinstance(field, ObjectField) and isinstance(value, dict):
            return FieldsEditor(field, value, factory)
        if isinstance(field, VariantField) and pick_variant(field, value) is not None:
            return VariantEditor(field, value, factory)
        return JsonEditor(field, value)

    def _show(self, problems: Sequence[Problem]) -> None:
        rows = list(_all_rows(self._editor))
        wrong: dict[FieldRow, list[str]] = {row: [] for row in rows}
        for problem in problems:
            row = _nearest(rows, problem.path)
            if row is not None:
                inside = Problem(problem.path[len(row.path) :], problem.message)
                wrong[row].append(str(inside))
        first: FieldRow | None = None
        for row, messages in wrong.items():
            row.show_problems(messages)
            if messages and first is None:
                first = row
        if first is not None:
            widget = next((widget for widget in first.editor.query("*") if widget.focusable), None)
            if widget is not None:
                widget.focus()


def _problems(field: Field, value: Json) -> tuple[Problem, ...]:
    """What is wrong by the schema; what cannot be validated here is left to whoever asked."""
    try:
        return check(field.whole, value)
    except OddSchemaError:
        return ()


def _all_rows(editor: Editor) -> Iterator[FieldRow]:
    for row in editor.rows():
        yield row
        yield from _all_rows(row.editor)


def _nearest(rows: Sequence[FieldRow], path: Path) -> FieldRow | None:
    """The row of the innermost field that ``path`` leads through."""
    fitting = [row for row in rows if path[: len(row.path)] == row.path]
    return max(fitting, key=lambda row: len(row.path), default=None)
