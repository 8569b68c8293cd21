"""Editors for text and numbers."""

from __future__ import annotations

import pytest
from textual.events import Key

from mcptui.tui.form.row import FieldRow
from tests.support.form_app import FormApp, header, schema_of


async def test_unset_is_not_empty() -> None:
    app = FormApp(schema_of(a={"type": "string"}, b={"type": "string"}), {"a": ""})
    async with app.run_test() as pilot:
        first, second = app.query(FieldRow)
        assert "empty text" in header(first)
        assert "unset" in header(second)
        assert app.form.read().value == {"a": ""}
        app.form.focus_first()
        await pilot.press("delete", "tab", "x")
        assert app.form.read().value == {"b": "x"}
        await pilot.press("backspace")
        assert app.form.read().value == {"b": ""}
        assert "unset" in header(first)
        await pilot.press("a", "left", "delete", "delete")
        assert app.form.read().value == {}


async def test_numbers() -> None:
    app = FormApp(schema_of(n={"type": "integer", "default": 5}), {})
    async with app.run_test() as pilot:
        app.form.focus_first()
        await pilot.press("1", "x")
        reading = app.form.read()
        assert reading.lossy
        assert [str(problem) for problem in reading.problems] == ["n: not a number"]
        assert app.query_one(FieldRow).has_class("-wrong")
        await pilot.press("backspace")
        assert not app.query_one(FieldRow).has_class("-wrong")
        assert app.form.read().value == {"n": 1}
        await pilot.press("home", "delete", "delete")
        assert app.form.read().value == {}
        assert "default 5" in header(app.query_one(FieldRow))


async def test_a_text_that_does_not_look_like_its_format_gets_a_hint_and_can_be_sent() -> None:
    app = FormApp(schema_of(day={"type": "string", "format": "date"}), {})
    async with app.run_test() as pilot:
        (row,) = app.query(FieldRow)
        app.form.focus_first()
        await pilot.press(*"tomorrow")
        assert "does not look like a date such as 2027-01-31" in header(row)
        reading = app.form.read()
        assert (reading.value, reading.problems) == ({"day": "tomorrow"}, ())


async def test_enter_goes_on_to_the_next_field() -> None:
    app = FormApp(schema_of(a={"type": "string"}, b={"type": "integer"}), {})
    async with app.run_test() as pilot:
        app.form.focus_first()
        await pilot.press("x", "enter", "7")
        assert app.form.read().value == {"a": "x", "b": 7}


@pytest.mark.parametrize("leave", ["tab", "enter"])
async def test_keys_that_arrive_at_once_go_to_the_field_that_they_are_meant_for(leave: str) -> None:
    app = FormApp(schema_of(a={"type": "string"}, b={"type": "string"}), {})
    async with app.run_test() as pilot:
        app.form.focus_first()
        await pilot.pause()
        for key in ("1", "1", leave, "2", "2"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert app.form.read().value == {"a": "11", "b": "22"}
