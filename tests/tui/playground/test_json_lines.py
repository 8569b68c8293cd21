"""Lines of JSON and the values on them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from mcptui.model.runtime import Json
from mcptui.schema import format_json
from mcptui.schema.json_path import path_text
from mcptui.tui.playground.json_lines import path_at, text_of
from tests.support.schemas import JSON_VALUES

VALUE = {"content": [{"type": "text", "text": "hi"}, []], "a b": {"é": None, '"': 1}}


@pytest.mark.parametrize(
    ("line", "path", "text"),
    [
        (0, "$", format_json(VALUE)),
        (1, "$.content", format_json(VALUE["content"])),
        (2, "$.content[0]", '{\n  "type": "text",\n  "text": "hi"\n}'),
        (4, "$.content[0].text", "hi"),
        (5, "$.content[0]", '{\n  "type": "text",\n  "text": "hi"\n}'),
        (6, "$.content[1]", "[]"),
        (9, '$["a b"].é', "null"),
        (10, '$["a b"]["\\""]', "1"),
        (99, "$", format_json(VALUE)),
    ],
)
def test_paths_and_values(line: int, path: str, text: str) -> None:
    found = path_at(VALUE, line)
    assert (path_text(found), text_of(VALUE, found)) == (path, text)


@given(JSON_VALUES)
def test_every_line_leads_to_what_stands_on_it(value: Json) -> None:
    for number, line in enumerate(format_json(value).split("\n")):
        path = path_at(value, number)
        shown = line.strip().removesuffix(",")
        if path and isinstance(path[-1], str) and shown not in {"}", "]"}:
            shown = shown.removeprefix(format_json(path[-1]) + ": ")
        if shown not in {"{", "[", "}", "]"}:
            there = value
            for step in path:
                there = there[step]
            assert json.dumps(json.loads(shown)) == json.dumps(there)
