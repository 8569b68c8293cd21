"""The editor for objects."""

from __future__ import annotations

from mcptui.tui.form.row import FieldRow
from tests.support.form_app import FormApp, schema_of


async def test_nested_objects_are_built_when_they_are_opened() -> None:
    app = FormApp(schema_of(address=schema_of(street={"type": "string"})), {})
    async with app.run_test() as pilot:
        assert len(app.query(FieldRow)) == 1
        app.form.focus_first()
        await pilot.press("enter", "tab", "x")
        assert app.form.read().value == {"address": {"street": "x"}}
        await pilot.press("shift+tab", "space", "delete")
        assert app.form.read().value == {}


async def test_recursive_schemas_open_level_by_level() -> None:
    node = {"type": "object", "properties": {"child": {"$ref": "#"}}, "required": ["child"]}
    app = FormApp(node, {})
    async with app.run_test(size=(80, 50)) as pilot:
        count = len(app.query(FieldRow))
        assert count < 6
        app.query("ObjectEditor > BoxLine").last().focus()
        await pilot.press("enter")
        await pilot.pause()
        assert len(app.query(FieldRow)) == count + 1
