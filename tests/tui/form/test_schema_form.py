"""Forms from schemas: every editor, unset and null, problems, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Static

from tests.support.form_app import FormApp, schema_of

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


@pytest.mark.parametrize(
    "schema", [7, None, [], {"type": 3}, {"$ref": "#/no"}, {"properties": 3}, True, {"type": "string"}]
)
async def test_odd_schemas_still_have_a_form(schema: Any) -> None:
    app = FormApp(schema, {"a": 1})
    async with app.run_test():
        assert app.form.read(complete=False).value == {"a": 1}
        assert app.form.query("*")


async def test_no_arguments() -> None:
    app = FormApp({"type": "object"}, {})
    async with app.run_test():
        assert "No arguments" in str(app.query_one(Static).content)
        assert app.form.read().value == {}
