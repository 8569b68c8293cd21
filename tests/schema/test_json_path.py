from __future__ import annotations

import pytest

from mcptui.schema.json_path import JsonPath, JsonPathError, parse_path, path_text, value_at

VALUE = {"items": [{"name": "a"}, {"a b": None}]}


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("$", (), VALUE),
        ("$.items[0].name", ("items", 0, "name"), "a"),
        ('$.items[-1]["a b"]', ("items", -1, "a b"), None),
    ],
)
def test_a_path_leads_to_its_value(text: str, path: JsonPath, value: object) -> None:
    assert parse_path(text) == path
    assert path_text(path) == text
    assert value_at(VALUE, path) == value


@pytest.mark.parametrize(
    "text", ["", "items", "$items", "$.", "$.a[", "$[a]", "$..a", "$[*]", r'$["\x"]', f"$[{'9' * 5000}]"]
)
def test_what_is_no_path(text: str) -> None:
    with pytest.raises(JsonPathError, match="not a JSON path"):
        parse_path(text)


@pytest.mark.parametrize(
    ("text", "where"), [("$.items[2].name", r"\$\.items\[2\]"), ("$.items.x", r"\$\.items\.x"), ("$[0]", r"\$\[0\]")]
)
def test_a_path_that_leads_nowhere_says_where_it_ends(text: str, where: str) -> None:
    with pytest.raises(JsonPathError, match=f"no value at {where}$"):
        value_at(VALUE, parse_path(text))
