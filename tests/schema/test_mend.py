"""The parts of a schema one by one; whole schemas are in the tests of ``for_models``."""

from __future__ import annotations

from typing import Any

from mcptui.schema.mend import MAX_DEPTH, Mender


def test_what_needs_nothing_is_given_as_it_is() -> None:
    schema = {"type": ["string", "null"], "enum": ["a", "b"], "properties": {"a": {"anyOf": [{}, {"minLength": 1}]}}}
    assert Mender({}).part(schema, "") is schema


def test_what_is_mended_is_named_by_its_place() -> None:
    mender = Mender({})
    mender.part({"properties": {"a": {"type": "array", "items": {"properties": {"b": {"type": "int"}}}}}}, "")
    assert mender.remarks == ["a[].b: type 'int' is 'integer'"]
    mender.remark("", "again")
    mender.remark("", "again")
    assert mender.remarks[1:] == ["the schema: again"]


def test_nothing_is_nested_without_end() -> None:
    deep: Any = {"type": "string"}
    for _ in range(3 * MAX_DEPTH):
        deep = {"type": "array", "items": deep}
    mender = Mender({})
    made, depth = mender.part(deep, "a"), 0
    while made:
        made, depth = made["items"], depth + 1
    assert depth == MAX_DEPTH + 1
    assert mender.remarks[0].endswith("nested too deeply")


def test_a_part_that_is_moved_keeps_a_free_name_and_may_lead_to_itself() -> None:
    root = {
        "$defs": {"part_1": {}, "list": [{"properties": {"next": {"$ref": "#/$defs/list/0"}}}]},
        "properties": {"a": {"$ref": "#/$defs/list/0"}},
    }
    mender = Mender(root)
    assert mender.part(root["properties"], "") == {"a": {"$ref": "#/$defs/list/0"}}  # no schema, so nothing is known
    assert mender.part({"$ref": "#/$defs/list/0"}, "") == {"$ref": "#/$defs/part_2"}
    assert mender.moved() == {"part_2": {"properties": {"next": {"$ref": "#/$defs/part_2"}}}}
