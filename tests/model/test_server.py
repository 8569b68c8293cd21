"""Which settings of a server its connections depend on."""

from __future__ import annotations

from dataclasses import replace

from mcptui.model import Server

FILES = Server(name="files", command="files-mcp")


def test_what_only_says_who_may_call_keeps_the_connections() -> None:
    changed = replace(
        FILES, description="x", allowed_tools=(), prefix="f", tags=("a",), environment="prod", timeout=1.0
    )
    assert FILES.connects_like(replace(changed, max_timeout=2.0, max_concurrent=1, allow_all_keys=True))


def test_what_connections_are_opened_with_opens_them_anew() -> None:
    for changed in (
        replace(FILES, args=("-v",)),
        replace(FILES, env={"A": "b"}),
        replace(FILES, enabled=False),
        replace(FILES, spec_version="2025-06-18"),
        replace(FILES, isolation="shared"),
    ):
        assert not FILES.connects_like(changed)
