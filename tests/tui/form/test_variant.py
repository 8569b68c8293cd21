"""The editor for unions."""

from __future__ import annotations

from textual.widgets import Select

from mcptui.tui.form.schema_form import SchemaForm
from tests.support.form_app import FormApp, schema_of


async def test_variants_keep_what_each_one_held() -> None:
    shapes = [schema_of(kind={"const": "a"}, r={"type": "integer"}), {"type": "string"}]
    app = FormApp(schema_of(shape={"anyOf": shapes}), {"shape": {"kind": "a", "r": 1}})
    async with app.run_test() as pilot:
        select = app.query_one(Select)
        select.value = 1
        await pilot.pause()
        app.query_one("VariantEditor ValueInput").focus()
        await pilot.press("x")
        assert app.form.read().value == {"shape": "x"}
        select.value = 0
        await pilot.pause()
        assert app.form.read().value == {"shape": {"kind": "a", "r": 1}}
        select.focus()
        await pilot.press("delete")
        await pilot.pause()
        assert app.form.read().value == {}


async def test_unions_at_the_root_and_unions_that_contain_themselves() -> None:
    root = {"anyOf": [schema_of(a={"type": "string"}), schema_of(b={"type": "string"})]}
    async with FormApp(root, {"b": "x"}).run_test() as pilot:
        form = pilot.app.query_one(SchemaForm)
        assert form.read().value == {"b": "x"}
    endless = schema_of(a={"$ref": "#/$defs/a"}) | {
        "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}, {}]}}
    }
    async with FormApp(endless, {}).run_test() as pilot:
        assert pilot.app.query_one(SchemaForm).read().value == {}
