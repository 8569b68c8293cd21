"""Editors that are one check box."""

from __future__ import annotations

from textual.widgets import Static

from tests.support.form_app import FormApp, schema_of


async def test_booleans_and_constants() -> None:
    app = FormApp(schema_of(flag={"type": "boolean"}, fixed={"const": 3}), {})
    async with app.run_test() as pilot:
        app.form.focus_first()
        values = []
        for _ in range(4):
            values.append(app.form.read().value)
            await pilot.press("space")
        assert values == [{}, {"flag": True}, {"flag": False}, {}]
        await pilot.press("delete", "tab", "enter")
        assert app.form.read().value == {"fixed": 3}
        await pilot.press("delete")
        assert app.form.read().value == {}
        await pilot.click("ConstEditor BoxLine")
        assert app.form.read().value == {"fixed": 3}


async def test_null_is_shown_where_the_value_stands() -> None:
    app = FormApp(schema_of(flag={"type": ["boolean", "null"]}), {"flag": None})
    async with app.run_test() as pilot:
        line = app.query_one("BooleanEditor BoxLine", Static)
        assert "null" in str(line.content)
        line.focus()
        await pilot.press("space")
        assert app.form.read().value == {"flag": True}
        assert "true" in str(line.content)
        await pilot.press("ctrl+n")
        assert app.form.read().value == {"flag": None}
        assert "null" in str(line.content)
        await pilot.press("ctrl+n")
        assert app.form.read().value == {}
        assert "unset" in str(line.content)
