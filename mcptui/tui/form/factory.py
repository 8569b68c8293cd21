"""Which editor a field gets."""

from __future__ import annotations

from typing import Final

from mcptui.schema import (
    BooleanField,
    ChecklistField,
    ChoiceField,
    ConstField,
    Field,
    ListField,
    MaybeJson,
    NumberField,
    ObjectField,
    TextField,
    VariantField,
    fits,
)
from mcptui.tui.form.choices import ChecklistEditor, ChoiceEditor
from mcptui.tui.form.editor import Editor
from mcptui.tui.form.json_editor import JsonEditor
from mcptui.tui.form.listing import ListEditor
from mcptui.tui.form.nested import ObjectEditor
from mcptui.tui.form.row import FieldRow
from mcptui.tui.form.text import LongTextEditor, NumberEditor, TextEditor
from mcptui.tui.form.toggle import BooleanEditor, ConstEditor
from mcptui.tui.form.variant import VariantEditor

#: Objects deeper than this are closed at first, also when they are required; schemas recurse.
OPEN_DEPTH: Final = 2


class EditorFactory:
    """Editors for fields at one depth."""

    def __init__(self, depth: int = 0) -> None:
        self._depth = depth

    def editor(self, field: Field, value: MaybeJson) -> Editor:
        """The field's own editor, or a JSON editor where that cannot show ``value``."""
        if not fits(field, value):
            return JsonEditor(field, value)
        inner = EditorFactory(self._depth + 1)
        match field:
            case TextField():
                return LongTextEditor(field, value) if field.multiline else TextEditor(field, value)
            case NumberField():
                return NumberEditor(field, value)
            case BooleanField():
                return BooleanEditor(field, value)
            case ConstField():
                return ConstEditor(field, value)
            case ChoiceField():
                return ChoiceEditor(field, value)
            case ChecklistField():
                return ChecklistEditor(field, value)
            case ListField():
                return ListEditor(field, value, inner)
            case ObjectField():
                is_open = field.required and self._depth < OPEN_DEPTH
                return ObjectEditor(field, value, inner, is_open=is_open)
            case VariantField():
                return VariantEditor(field, value, inner)
        return JsonEditor(field, value)

    def row(self, field: Field, value: MaybeJson, *, header: bool = True) -> FieldRow:
        """The editor with its label, description and problems."""
        is_null = value is None and field.nullable
        return FieldRow(field, self.editor(field, value), is_null=is_null, header=header)
