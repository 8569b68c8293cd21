"""The editor for lists."""

from __future__ import annotations

from textual.widgets import Button

from mcptui.tui.form.row import FieldRow
from tests.support.form_app import FormApp, header, schema_of


async def test_items_are_added_moved_and_removed() -> None:
    app = FormApp(schema_of(tags={"type": "array", "items": {"type": "string"}}), {})
    async with app.run_test() as pilot:
        app.query_one(".add", Button).press()
        await pilot.pause()
        await pilot.press("a")
        app.query_one(".add", Button).press()
        await pilot.pause()
        await pilot.press("b")
        assert app.form.read().value == {"tags": ["a", "b"]}
        await pilot.press("alt+up")
        assert app.form.read().value == {"tags": ["b", "a"]}
        await pilot.press("alt+up", "alt+down")
        assert app.form.read().value == {"tags": ["a", "b"]}
        await pilot.press("backspace", "delete")
        assert not app.form.read().problems
        assert app.form.read().value == {"tags": ["a"]}
        await pilot.press("tab", "enter")
        await pilot.pause()
        assert app.form.read().value == {"tags": []}
        assert "empty array" in header(app.query_one(FieldRow))
        await pilot.press("delete")
        assert app.form.read().value == {}


async def test_items_may_be_null_or_boxes() -> None:
    schema = schema_of(x={"type": "array", "items": {"type": ["boolean", "null"]}})
    app = FormApp(schema, {"x": [True, None]})
    async with app.run_test() as pilot:
        app.query("BoxLine").first().focus()
        await pilot.press("ctrl+n", "ctrl+n", "space", "space")
        assert app.form.read().value == {"x": [False, None]}
        await pilot.press("delete")
        assert app.form.read().value == {"x": [None]}


async def test_an_item_without_a_value_is_a_problem() -> None:
    app = FormApp(schema_of(n={"type": "array", "items": {"type": "integer"}}), {})
    async with app.run_test() as pilot:
        app.query_one(".add", Button).press()
        await pilot.pause()
        assert [str(problem) for problem in app.form.read().problems] == ["n[0]: a value is required"]
        await pilot.press("4")
        assert app.form.read().value == {"n": [4]}
