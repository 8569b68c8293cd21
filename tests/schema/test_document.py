"""References and allOf, sensible and hostile."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema.document import Document, OddSchemaError


def flat(root: Any, schema: Any = None) -> dict[str, Any]:
    return Document(root).flat(root if schema is None else schema)


def test_references_are_followed_and_siblings_win() -> None:
    root = {"$defs": {"a/b~c": {"type": "string", "title": "A"}, "list": [{"type": "integer"}]}}
    assert flat(root, {"$ref": "#/$defs/a~1b~0c", "title": "B"}) == {"type": "string", "title": "B"}
    assert flat(root, {"$ref": "#/%24defs/list/0"}) == {"type": "integer"}
    assert flat(root, {"$ref": "#"}) == root
    assert flat(root, True) == {}


def test_ids_and_anchors() -> None:
    root = {
        "$id": "https://x/y",
        "$anchor": "top",
        "definitions": {"a": {"$anchor": "here", "type": "null"}, "b": 1},
    }
    assert flat(root, {"$ref": "https://x/y"}) == root
    assert flat(root, {"$ref": "#here"})["type"] == "null"
    assert flat(root, {"$dynamicRef": "#top"}) == root


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/nowhere"},
        {"$ref": "#/list/7"},
        {"$ref": "#/list/²"},
        {"$ref": "#nowhere"},
        {"$ref": "https://example.org/schema"},
        {"$ref": 7},
        {"$ref": "#/loop"},
        {"allOf": [False]},
        {"allOf": [{"type": "string"}, {"type": "object"}]},
        {"allOf": [{"const": 1}, {"const": 2}]},
        False,
        "text",
    ],
)
def test_what_cannot_be_resolved_says_so(schema: Any) -> None:
    document = Document({"list": [1], "loop": {"$ref": "#/loop"}})
    with pytest.raises(OddSchemaError):
        document.flat(schema)


def test_a_document_that_is_no_object_has_no_anchors() -> None:
    with pytest.raises(OddSchemaError):
        Document([1]).flat({"$ref": "#a"})


def test_doubling_references_end_early() -> None:
    doubling = {f"d{n}": {"allOf": [{"$ref": f"#/d{n + 1}"}, {"$ref": f"#/d{n + 1}"}]} for n in range(60)} | {"d60": {}}
    with pytest.raises(OddSchemaError, match="too many"):
        Document(doubling).flat({"$ref": "#/d0"})


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([{"type": "number"}, {"type": ["integer", "string"]}], {"type": ["integer"]}),
        ([{"type": "integer"}, {"type": "number"}], {"type": ["integer"]}),
        ([{"type": "string"}, {"type": "string"}], {"type": "string"}),
        ([{"required": ["a"]}, {"required": ["a", "b"]}], {"required": ["a", "b"]}),
        ([{"enum": [1, True, 2]}, {"enum": [True, 2]}], {"enum": [True, 2]}),
        ([{"minimum": 1, "maximum": 9}, {"minimum": 3, "maximum": 5}], {"minimum": 3, "maximum": 5}),
        ([{"minimum": 1}, {"minimum": "odd"}], {"minimum": "odd"}),
        ([{"title": "A"}, {"title": "B"}], {"title": "B"}),
        ([{"items": {"type": "string"}}, {"items": {}}], {"items": {"allOf": [{"type": "string"}, {}]}}),
        ([{"properties": 1}, {"properties": {}}], {"properties": {}}),
        ([{"required": 1}, {"required": []}], {"required": []}),
        ([{"enum": 1}, {"enum": [1]}], {"enum": [1]}),
        ([{"x-other": 1}, {"x-other": 2}], {"x-other": 2}),
    ],
)
def test_all_of_is_merged(parts: list[Any], expected: dict[str, Any]) -> None:
    assert flat({"allOf": parts}) == expected


def test_properties_of_all_parts() -> None:
    merged = flat({"allOf": [{"properties": {"a": {"type": "string"}}}], "properties": {"a": {"title": "A"}, "b": {}}})
    assert merged["properties"] == {"a": {"allOf": [{"type": "string"}, {"title": "A"}]}, "b": {}}


def test_all_of_that_is_no_list_is_ignored() -> None:
    assert flat({"allOf": 3, "type": "string"}) == {"type": "string"}
