"""Notifications of servers as lines."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.model.runtime import ServerNotification
from mcptui.tui.playground.heard import heard_line


@pytest.mark.parametrize(
    ("method", "params", "server", "line"),
    [
        ("message", {"level": "notice", "data": "hello\n\x1b[2J"}, "files", "INFO files · notice: hello \\u001b[2J"),
        ("message", {"level": "alert", "logger": "db", "data": {"a": 1}}, "", "ERROR alert db: {'a': 1}"),
        ("message", {"level": ["odd"], "data": "x"}, "", "INFO ['odd']: x"),
        ("tools/list_changed", {}, "", "INFO tools changed"),
        ("resources/updated", {"uri": "a:b"}, "files", "INFO files · resource updated: a:b"),
        ("progress", {"progress": 1, "total": 4, "message": "m"}, "", "INFO progress 1/4 m"),
        ("elicitation/complete", {"elicitationId": "e"}, "", 'INFO elicitation/complete {"elicitationId": "e"}'),
    ],
)
def test_what_was_said(method: str, params: dict[str, Any], server: str, line: str) -> None:
    heard = ServerNotification(method=f"notifications/{method}", params=params, server=server)
    assert heard_line(heard, 0.0).partition(" ")[2] == line
