from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.llm.functions import Functions, Offered, result_media, result_text
from mcptui.llm.tools import Approval, ToolCall, Verdict


class Source:
    """Some tools behind a label."""

    def __init__(self, *tools: dict[str, Any], label: str = "gw") -> None:
        self.label = label
        self.tools = tools

    def approval(self, name: str) -> Approval:
        raise NotImplementedError

    async def approve(self, call: ToolCall) -> Verdict:
        raise NotImplementedError

    async def call(self, call: ToolCall) -> dict[str, Any]:
        raise NotImplementedError


def test_tools_become_functions() -> None:
    schema = {"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}]}}, "required": ["a"]}
    source = Source({"name": "demo__add", "description": "Add", "inputSchema": schema})
    functions = Functions([source])
    assert functions.definitions() == [
        {"type": "function", "name": "demo__add", "description": "Add", "parameters": schema, "strict": False}
    ]
    assert functions.definitions(lambda label, tool: (label, tool) != ("gw", "demo__add")) == []
    assert functions.offered("demo__add") == functions.find("gw", "demo__add") == Offered(source, "demo__add")
    assert functions.offered("other") is None
    assert functions.find("gw", "other") is None


@pytest.mark.parametrize(
    ("schema", "parameters"),
    [
        (None, {"type": "object", "properties": {}}),
        ({"type": "object"}, {"type": "object", "properties": {}}),
        (
            {"$schema": "x", "oneOf": [{}], "properties": {"a": True}, "$defs": {"b": {}}},
            {"properties": {"a": {}}, "$defs": {"b": {}}, "type": "object"},
        ),
    ],
)
def test_schemas_are_what_the_api_takes(schema: Any, parameters: Any) -> None:
    (definition,) = Functions([Source({"name": "a", "title": "T", "inputSchema": schema})]).definitions()
    assert (definition["description"], definition["parameters"]) == ("T", parameters)


def test_description_is_cut() -> None:
    (definition,) = Functions([Source({"name": "a", "description": "x" * 2000})]).definitions()
    assert len(definition["description"]) == 1024


texts = st.text(max_size=100) | st.sampled_from(["a.b", "a_b", "a b", "x" * 99, "x" * 98 + "y"])


@given(st.lists(texts, unique=True), st.sets(texts, max_size=5))
def test_names_are_valid_distinct_and_lead_back(names: list[str], taken: set[str]) -> None:
    source = Source(*({"name": name} for name in names))
    functions = Functions([source], taken)
    offered = [definition["name"] for definition in functions.definitions()]
    assert [functions.offered(name) for name in offered] == [Offered(source, name) for name in names]
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in offered)
    assert not taken & set(offered)
    assert [functions.name_of("gw", name) for name in names] == offered
    assert Functions([source], taken).definitions() == functions.definitions()


def test_the_same_name_behind_two_labels_is_told_apart() -> None:
    sources = [Source({"name": "a"}, label=label) for label in ("one", "two")]
    functions = Functions(sources)
    first, second = (functions.name_of(label, "a") for label in ("one", "two"))
    assert first == "a"
    assert functions.offered(second) == Offered(sources[1], "a")


def test_a_tool_that_is_gone_has_a_name_still() -> None:
    functions = Functions[Source]([])
    assert functions.name_of("gw", "a.b" + "c" * 99) == "a_b" + "c" * 61
    assert functions.name_of("gw", "") == "tool"


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
        ({"content": [{"type": "text", "text": "boom"}], "isError": True}, "Error: boom"),
    ],
)
def test_results_as_text(result: dict[str, Any], text: str) -> None:
    assert result_text(result) == text


def test_images_of_results() -> None:
    blocks = [5, {"type": "text"}, {"type": "image", "data": "aGk=", "mimeType": "image/jpeg"}, {"type": "image"}]
    assert result_media({"content": blocks}) == [
        {"type": "input_image", "image_url": "data:image/jpeg;base64,aGk=", "detail": "auto"}
    ]


def test_long_results_are_cut_and_say_so() -> None:
    text = result_text({"content": [{"type": "text", "text": "x" * 500_000}]})
    assert len(text) < 400_100
    assert text.endswith("(cut: 500000 characters in all)")
