"""Which editor a field gets."""

from __future__ import annotations

from textual.app import App

from mcptui.schema import UNSET, Field, Json, MaybeJson, ObjectField, build
from mcptui.tui.form.choices import ChecklistEditor, ChoiceEditor
from mcptui.tui.form.editor import Editor
from mcptui.tui.form.factory import EditorFactory
from mcptui.tui.form.json_editor import JsonEditor
from mcptui.tui.form.listing import ListEditor
from mcptui.tui.form.nested import ObjectEditor
from mcptui.tui.form.text import LongTextEditor, NumberEditor, TextEditor
from mcptui.tui.form.toggle import BooleanEditor, ConstEditor
from mcptui.tui.form.variant import VariantEditor
from tests.support.form_app import FormApp

OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


def first_field(schema: Json) -> Field:
    form = build(schema)
    assert isinstance(form, ObjectField)
    return form.fields[0]


CASES: list[tuple[Json, MaybeJson, type[Editor]]] = [
    ({"type": "string"}, UNSET, TextEditor),
    ({"type": "string"}, "x", TextEditor),
    ({"type": "string", "format": "multiline"}, UNSET, LongTextEditor),
    ({"type": "number"}, 2.5, NumberEditor),
    ({"type": "boolean"}, UNSET, BooleanEditor),
    ({"const": 3}, UNSET, ConstEditor),
    ({"enum": [1, "a"]}, "a", ChoiceEditor),
    ({"type": "array", "items": {"enum": [1, 2]}}, [2], ChecklistEditor),
    ({"type": "array", "items": {"type": "string"}}, [], ListEditor),
    (OBJECT, UNSET, ObjectEditor),
    ({"anyOf": [OBJECT, {"type": "string"}]}, "x", VariantEditor),
    ({}, UNSET, JsonEditor),
    # What an editor cannot show is JSON, so that nothing of it is lost.
    ({"type": "string"}, 3, JsonEditor),
    ({"type": "integer"}, 1.5, JsonEditor),
    ({"type": "boolean"}, 1, JsonEditor),
    ({"const": 3}, 4, JsonEditor),
    ({"enum": [1, "a"]}, "b", JsonEditor),
    ({"type": "array", "items": {"enum": [1, 2]}}, [2, 2], JsonEditor),
    (OBJECT, [], JsonEditor),
    # A field that may be null keeps its editor while it is.
    ({"type": ["string", "null"]}, None, TextEditor),
    ({"type": ["boolean", "null"]}, None, BooleanEditor),
]


async def test_the_editor_fits_schema_and_value() -> None:
    async with App[None]().run_test():
        for schema, value, kind in CASES:
            field = first_field({"type": "object", "properties": {"f": schema}})
            assert type(EditorFactory().editor(field, value)) is kind, (schema, value)


async def test_required_objects_are_open_until_they_are_deep() -> None:
    schema: dict[str, Json] = OBJECT
    for _ in range(4):
        schema = {"type": "object", "properties": {"o": schema}, "required": ["o"]}
    async with FormApp(schema, {}).run_test(size=(80, 60)) as pilot:
        await pilot.pause()
        opened = [not box.has_class("-closed") for box in pilot.app.query("ObjectEditor > .inside")]
        assert opened == [True, True, False]
