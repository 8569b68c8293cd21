"""Limits in words."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema.constraints import describe


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, ()),
        ({"minimum": 1, "maximum": 5}, ("1 to 5",)),
        ({"minimum": 1}, ("≥ 1",)),
        ({"exclusiveMinimum": 0, "maximum": 2.5}, ("> 0, ≤ 2.5",)),
        ({"exclusiveMaximum": 9, "multipleOf": 3}, ("< 9", "multiple of 3")),
        ({"minLength": 1}, ("at least 1 character",)),
        ({"maxLength": 40}, ("at most 40 characters",)),
        ({"minLength": 2, "maxLength": 40}, ("2 to 40 characters",)),
        ({"minItems": 2, "maxItems": 2}, ("exactly 2 items",)),
        ({"minLength": 0, "maxProperties": 1}, ("at most 1 field",)),
        ({"pattern": "^a", "uniqueItems": True}, ("matches ^a", "no duplicates")),
        ({"contentMediaType": "image/png", "contentEncoding": "base64"}, ("image/png", "base64")),
        ({"minimum": "1", "maxLength": True, "pattern": 3, "uniqueItems": 1, "multipleOf": None}, ()),
    ],
)
def test_describe(schema: dict[str, Any], words: tuple[str, ...]) -> None:
    assert describe(schema) == words
