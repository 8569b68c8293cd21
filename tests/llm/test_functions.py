from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.llm.functions import Functions, error_result, read_arguments, result_text


def test_tools_become_functions() -> None:
    schema = {"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}]}}, "required": ["a"]}
    functions = Functions([{"name": "demo__add", "description": "Add", "inputSchema": schema}])
    assert functions.definitions == [
        {"type": "function", "function": {"name": "demo__add", "description": "Add", "parameters": schema}}
    ]
    assert functions.tool("demo__add") == "demo__add"
    assert functions.tool("other") is None


@pytest.mark.parametrize(
    ("schema", "parameters"),
    [
        (None, {"type": "object", "properties": {}}),
        ({"type": "object"}, {"type": "object", "properties": {}}),
        (
            {"$schema": "x", "oneOf": [{}], "properties": {"a": True}, "$defs": {"b": {}}},
            {"properties": {"a": True}, "$defs": {"b": {}}, "type": "object"},
        ),
    ],
)
def test_schemas_are_what_the_api_takes(schema: Any, parameters: Any) -> None:
    (definition,) = Functions([{"name": "a", "title": "T", "inputSchema": schema}]).definitions
    assert definition["function"] == {"name": "a", "description": "T", "parameters": parameters}


def test_description_is_cut() -> None:
    (definition,) = Functions([{"name": "a", "description": "x" * 2000}]).definitions
    assert len(definition["function"]["description"]) == 1024


@given(st.lists(st.text(max_size=100) | st.sampled_from(["a.b", "a_b", "a b", "x" * 99, "x" * 98 + "y"]), unique=True))
def test_names_are_valid_distinct_and_lead_back(names: list[str]) -> None:
    functions = Functions([{"name": name} for name in names])
    offered = [definition["function"]["name"] for definition in functions.definitions]
    assert [functions.tool(name) for name in offered] == names
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in offered)
    assert Functions([{"name": name} for name in names]).definitions == functions.definitions


def test_the_same_name_twice_is_told_apart() -> None:
    functions = Functions([{"name": "a"}, {"name": "a"}, {"name": "a"}])
    assert len({definition["function"]["name"] for definition in functions.definitions}) == 3


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "a\nb"),
        ({"content": [], "structuredContent": {"é": 1}}, '{"é": 1}'),
        ({"content": [{"type": "text", "text": "a"}], "structuredContent": {"a": 1}}, "a"),
        ({}, "(no output)"),
        ({"content": [{"type": "image", "mimeType": "image/png", "data": "AA"}]}, "(image image/png)"),
        ({"content": [{"type": "resource", "resource": {"uri": "u:1", "text": "t"}}]}, "t"),
        ({"content": [{"type": "resource", "resource": {"uri": "u:1", "blob": "AA"}}]}, "(resource u:1)"),
        ({"content": [{"type": "resource"}, 5]}, "(no output)"),
        ({"content": [{"type": "resource_link", "uri": "u:1", "name": "n"}]}, "(resource u:1: n)"),
        (error_result("boom"), "Error: boom"),
    ],
)
def test_results_as_text(result: dict[str, Any], text: str) -> None:
    assert result_text(result) == text


def test_long_results_are_cut_and_say_so() -> None:
    text = result_text({"content": [{"type": "text", "text": "x" * 500_000}]})
    assert len(text) < 400_100
    assert text.endswith("(cut: 500000 characters in all)")


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"a": NaN}', "[" * 100_000, "1"])
def test_arguments_that_are_no_object_are_none(text: str) -> None:
    assert read_arguments(text) is None


def test_arguments() -> None:
    assert read_arguments('{"a": [1]}') == {"a": [1]}
    assert read_arguments(" ") == {}


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_an_object_or_none(text: str) -> None:
    assert isinstance(read_arguments(text), dict | None)
