"""Forms from schemas: every editor, unset and null, problems, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Button, Select, Static, TextArea

from mcptui.schema import build
from mcptui.tui.form.json_editor import JsonEditor
from mcptui.tui.form.row import FieldRow
from mcptui.tui.form.schema_form import SchemaForm


class FormApp(App[None]):
    """Only a form."""

    def __init__(self, schema: Any, value: Any) -> None:
        super().__init__()
        self._schema = schema
        self._value = value

    def compose(self) -> ComposeResult:
        yield SchemaForm(build(self._schema), self._value)

    @property
    def form(self) -> SchemaForm:
        return self.query_one(SchemaForm)


def schema_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def header(row: FieldRow) -> str:
    return str(row.query_one(".field-header", Static).content)


EVERYTHING = schema_of(
    text={"type": "string"},
    long={"type": "string", "format": "multiline"},
    number={"type": "number"},
    whole={"type": "integer"},
    flag={"type": "boolean"},
    fixed={"const": "v1"},
    colour={"enum": ["red", 2, True, None, "[x] green"]},
    langs={"type": "array", "items": {"enum": ["de", "en"]}},
    tags={"type": "array", "items": {"type": "string"}},
    people={"type": "array", "items": schema_of(name={"type": "string"})},
    address=schema_of(street={"type": "string"}, deep=schema_of(er={"type": "integer"})),
    shape={"oneOf": [schema_of(kind={"const": "a"}), schema_of(kind={"const": "b"}, size={"type": "integer"})]},
    maybe={"type": ["string", "null"]},
    any={},
    map={"type": "object", "additionalProperties": {"type": "string"}},
)
VALUE = {
    "before": "kept",
    "text": "x",
    "long": "two\nlines",
    "number": 2.5,
    "whole": 7,
    "flag": False,
    "fixed": "v1",
    "colour": 2,
    "langs": ["en"],
    "tags": ["a", ""],
    "people": [{"name": "Al", "age": 3}],
    "address": {"street": "", "deep": {"er": 1, "more": []}, "zip": "1"},
    "shape": {"kind": "b", "size": 3},
    "maybe": None,
    "any": [1, None],
    "map": {"k": "v"},
    "after": {"kept": True},
}


@pytest.mark.parametrize(
    "value",
    [
        {},
        VALUE,
        {"text": "two\nlines", "number": "odd", "whole": 1.5, "flag": 1, "colour": "unknown", "langs": ["x", "x"]},
        {"tags": [1, None, {}], "people": "odd", "address": [], "shape": 3, "maybe": 4, "fixed": "v2"},
    ],
)
async def test_every_value_comes_back_as_it_was(value: dict[str, Any]) -> None:
    app = FormApp(EVERYTHING, value)
    async with app.run_test(size=(80, 60)):
        reading = app.form.read(complete=False)
        assert reading.value == value
        assert list(reading.value) == list(value)
        assert not reading.problems


async def test_opened_objects_keep_what_they_do_not_know() -> None:
    app = FormApp(EVERYTHING, VALUE)
    async with app.run_test(size=(80, 60)) as pilot:
        for line in app.form.query("ObjectEditor > BoxLine"):
            line.focus()
            await pilot.press("space")
        assert app.form.read(complete=False).value == VALUE


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
        assert "empty list" in header(app.query_one(FieldRow))
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
        assert [str(problem) for problem in app.form.read().problems] == ["n[0]: a value is needed"]
        await pilot.press("4")
        assert app.form.read().value == {"n": [4]}


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


@pytest.mark.parametrize(
    "schema", [7, None, [], {"type": 3}, {"$ref": "#/no"}, {"properties": 3}, True, {"type": "string"}]
)
async def test_odd_schemas_still_have_a_form(schema: Any) -> None:
    app = FormApp(schema, {"a": 1})
    async with app.run_test():
        assert app.form.read(complete=False).value == {"a": 1}
        assert app.form.query("*")


async def test_json_fields() -> None:
    app = FormApp(schema_of(m={"type": "object", "additionalProperties": True}) | {"required": ["m"]}, {})
    async with app.run_test() as pilot:
        assert app.form.read().value == {"m": {}}
        area = app.query_one(JsonEditor).query_one(TextArea)
        area.text = '{"a": }'
        await pilot.pause()
        reading = app.form.read()
        assert reading.lossy
        assert "line 1, column 7" in str(reading.problems[0])
        area.text = ""
        await pilot.pause()
        assert [str(problem) for problem in app.form.read().problems] == ["m: required"]


async def test_names_and_texts_are_literal() -> None:
    hostile = "[/x] [@click=app.quit]z[/] \x1b]0;t\x07"
    schema = schema_of(**{hostile: {"type": "string", "description": hostile, "title": hostile, "default": hostile}})
    app = FormApp(schema, {})
    async with app.run_test():
        text = header(app.query_one(FieldRow))
        assert "[/x] [@click=app.quit]z[/]" in text
        assert "\x1b" not in text


async def test_no_arguments() -> None:
    app = FormApp({"type": "object"}, {})
    async with app.run_test():
        assert "No arguments" in str(app.query_one(Static).content)
        assert app.form.read().value == {}


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
