"""Results for reading."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.tui.text.pretty import pretty


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ({}, "The result is empty."),
        ({"other": 1}, '{\n  "other": 1\n}'),
        ({"content": []}, '{\n  "content": []\n}'),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "a\n\nb"),
        ({"content": [{"type": "image", "mimeType": "image/png", "data": "A" * 4000}]}, "[image image/png, 3.0 kB]"),
        ({"content": [{"type": "audio"}]}, "[audio of unknown type, no data]"),
        ({"content": [{"type": "resource_link", "name": "n", "uri": "x://y"}]}, "[link n x://y]"),
        ({"content": [{"type": "resource_link", "uri": "x://y"}]}, "[link x://y]"),
        ({"content": [{"type": "resource", "resource": {"uri": "x://y", "text": "t"}}]}, "[x://y]\nt"),
        ({"content": [{"type": "resource", "resource": 3}]}, '{\n  "type": "resource",\n  "resource": 3\n}'),
        ({"content": ["odd"]}, '"odd"'),
        ({"content": "odd"}, '{\n  "content": "odd"\n}'),
        ({"content": [{"type": "text", "text": '{"n":1}'}], "structuredContent": {"n": 1}}, '{\n  "n": 1\n}'),
        ({"content": [{"type": "text", "text": ' [{"a":[1]}]'}]}, '[\n  {\n    "a": [\n      1\n    ]\n  }\n]'),
        ({"content": [{"type": "text", "text": "{no json}"}]}, "{no json}"),
        ({"content": [{"type": "text", "text": "one"}], "structuredContent": {"result": "one"}}, "one"),
        ({"content": [{"type": "text", "text": "[1]"}], "structuredContent": {"result": [1]}}, "[\n  1\n]"),
        (
            {"content": [{"type": "text", "text": "one"}], "structuredContent": {"n": 1}},
            'one\n\nstructured content\n{\n  "n": 1\n}',
        ),
        (
            {"description": "D", "messages": [{"role": "user", "content": {"type": "text", "text": "hi"}}]},
            "D\n\nuser:\nhi",
        ),
        ({"messages": [{"role": "user", "content": ["a", {"type": "text", "text": "b"}]}]}, "user:\na\nb"),
        ({"messages": [3, {}]}, "3\n\n?:\nnull"),
        (
            {"contents": [{"uri": "x://y", "text": "t"}, {"uri": "b", "blob": "AAAA"}]},
            "[x://y]\nt\n\n[b of unknown type, 3 B]",
        ),
        ({"contents": [{"text": "t"}, 4]}, "t\n\n4"),
    ],
)
def test_pretty(result: dict[str, Any], text: str) -> None:
    assert pretty(result) == text
