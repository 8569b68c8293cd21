"""Editors for enums."""

from __future__ import annotations

from textual.widgets import Select

from tests.support.form_app import FormApp, schema_of


async def test_enums() -> None:
    app = FormApp(schema_of(c={"enum": ["red", "[x] green"]}, l={"type": "array", "items": {"enum": ["a", "b"]}}), {})
    async with app.run_test() as pilot:
        app.form.focus_first()
        await pilot.press("enter", "g", "r", "e", "enter")
        assert app.form.read().value == {"c": "[x] green"}
        await pilot.press("delete", "tab", "j", "space", "k", "space", "space")
        assert app.form.read().value == {"l": ["b"]}
        await pilot.press("j", "space")
        assert app.form.read().value == {"l": []}
        await pilot.press("delete")
        assert app.form.read().value == {}
        assert app.query_one(Select).is_blank()
