"""Tool calls on one line."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.tui.chat.tool_row import call_details, call_line

CALL = {"id": "1", "name": "time__now [x]", "arguments": {"zone": "UTC"}}


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"status": "running"}, '▸ time__now [x] … running  {"zone": "UTC"}'),
        ({"status": "waiting"}, '▸ time__now [x] ? needs approval  {"zone": "UTC"}'),
        ({"status": "ok", "ms": 412.0, "output": {"content": []}}, '▸ time__now [x] ✓ 0.4 s 15 B  {"zone": "UTC"}'),
        ({"status": "ok"}, '▸ time__now [x] ✓  {"zone": "UTC"}'),
        ({"status": "error", "ms": 1000, "error": "no\nway"}, '▸ time__now [x] ✗ error 1.0 s no way  {"zone": "UTC"}'),
        ({"name": None, "arguments": None}, "▸ None … running  {}"),
    ],
)
def test_call_line(more: dict[str, Any], text: str) -> None:
    assert call_line({**CALL, **more}).plain == text
    assert call_line({**CALL, **more}, is_open=True).plain.startswith("▾")


def test_call_details() -> None:
    text = call_details({**CALL, "output": {"content": [{"type": "text", "text": "12:00"}]}, "error": "late"}).plain
    assert text == 'arguments\n{\n  "zone": "UTC"\n}\n\nresult\n12:00\n\nerror\nlate'
    assert call_details({"output": [1]}).plain == "arguments\nnull\n\nresult\n[\n  1\n]"
