"""The editor for unions: which form, and the fields of that form."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Select

from mcptui.protocol.text import one_line
from mcptui.schema import UNSET, Json, MaybeJson, ObjectField, Problem, VariantField, fits, pick_variant
from mcptui.tui.form.editor import Editor, Factory, Path
from mcptui.tui.form.nested import FieldsEditor
from mcptui.tui.form.row import FieldRow


class VariantEditor(Editor):
    """A drop-down list of forms, and the selected form below it. Each form keeps its values."""

    DEFAULT_CSS = """
    VariantEditor > .variant { height: auto; padding-left: 2; margin-top: 1; }
    VariantEditor > .variant.-none { display: none; }
    """

    def __init__(self, field: VariantField, value: MaybeJson, factory: Factory) -> None:
        super().__init__()
        self._field = field
        self._factory = factory
        self._values: dict[int, MaybeJson] = {}
        place = None if value is UNSET or (value is None and field.nullable) else pick_variant(field, value)
        if place is not None:
            self._values[place] = value
        self._place = place
        self._inner: Editor | None = None
        self._shown: int | None = None
        self._inside = Vertical(classes="variant -none")
        self._select: Select[int] = Select(
            [(Text(one_line(variant.title, limit=80)), n) for n, variant in enumerate(field.variants)],
            prompt="unset: choose a form",
            value=Select.NULL if place is None else place,
            compact=True,
        )

    def compose(self) -> ComposeResult:
        yield self._select
        yield self._inside

    async def on_mount(self) -> None:
        await self._show()

    @property
    def is_set(self) -> bool:
        return not self._select.is_blank() if self._select.is_mounted else self._place is not None

    def rows(self) -> Sequence[FieldRow]:
        return self._inner.rows() if self._inner is not None else ()

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        if self._inner is not None:
            return self._inner.read(path, problems)
        # Before it is mounted the list is blank, and the editor has only what it was given.
        value = self._select.value if self._select.is_mounted else self._place
        return self._values.get(value, UNSET) if isinstance(value, int) else UNSET

    def clear(self) -> None:
        self._values.clear()
        self._select.clear()

    @on(Select.Changed)
    async def _select_changed(self, event: Select.Changed) -> None:
        if event.select is not self._select:
            return
        event.stop()
        await self._show()
        self.changed()

    def on_editor_changed(self, event: Editor.Changed) -> None:
        if event.editor is self._inner:
            event.stop()
            self.changed()

    async def _show(self) -> None:
        place = self._select.value if isinstance(self._select.value, int) else None
        if place == self._shown and (place is None or self._inner is not None):
            return
        if self._inner is not None and self._shown is not None:
            self._values[self._shown] = self._inner.read((), [])
            await self._inner.remove()
            self._inner = None
        self._shown = place
        self._inside.set_class(place is None, "-none")
        if place is not None:
            self._inner = self._editor(place, self._values.get(place, UNSET))
            await self._inside.mount(self._inner)

    def _editor(self, place: int, value: MaybeJson) -> Editor:
        variant = self._field.variants[place]
        if isinstance(variant, ObjectField):
            known: dict[str, Json] = value if isinstance(value, dict) else {}
            return FieldsEditor(variant, known, self._factory)
        return self._factory.editor(variant, value if fits(variant, value) else UNSET)
