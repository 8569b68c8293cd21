"""One field of a form."""

from __future__ import annotations

from textual.widgets import Static

from mcptui.tui.form.row import FieldRow
from tests.support.form_app import FormApp, header, schema_of


async def test_null_is_a_key_away() -> None:
    app = FormApp(schema_of(a={"type": ["string", "null"]}, b={"type": "string"}), {})
    async with app.run_test() as pilot:
        first = app.query(FieldRow).first()
        app.form.focus_first()
        await pilot.press("ctrl+n")
        assert app.form.read().value == {"a": None}
        assert "= null" in header(first)
        await pilot.press("x")
        assert app.form.read().value == {"a": "x"}
        await pilot.press("ctrl+n", "ctrl+n")
        assert app.form.read().value == {}
        await pilot.press("tab", "ctrl+n")
        assert app.form.read().value == {}


async def test_problems_stand_at_their_fields() -> None:
    schema = schema_of(a={"type": "string"}, o=schema_of(p={"type": "string"}) | {"required": ["p"]})
    app = FormApp(schema | {"required": ["a"]}, {"o": {}})
    async with app.run_test() as pilot:
        reading = app.form.read()
        assert [str(problem) for problem in reading.problems] == ["a: required", "o.p: required"]
        rows = {row.field.name: row for row in app.query(FieldRow)}
        assert "required" in str(rows["a"].query_one(".field-problem", Static).content)
        assert "p: required" in str(rows["o"].query_one(".field-problem", Static).content)
        assert app.focused is not None
        assert rows["a"] in app.focused.ancestors
        await pilot.press("x")
        assert not rows["a"].has_class("-wrong")


async def test_names_and_texts_are_literal() -> None:
    hostile = "[/x] [@click=app.quit]z[/] \x1b]0;t\x07"
    schema = schema_of(**{hostile: {"type": "string", "description": hostile, "title": hostile, "default": hostile}})
    app = FormApp(schema, {})
    async with app.run_test():
        text = header(app.query_one(FieldRow))
        assert "[/x] [@click=app.quit]z[/]" in text
        assert "\x1b" not in text
