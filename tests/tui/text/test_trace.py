from __future__ import annotations

from textual.worker import WorkerFailed

from mcptui.errors import McptuiError
from mcptui.tui.text.trace import origin, trace


def test_what_failed_in_a_worker_is_its_error() -> None:
    error = ValueError()
    assert origin(WorkerFailed(error)) is error
    assert origin(error) is error


def test_only_messages_of_ours_are_shown_and_they_are_redacted() -> None:
    assert trace(ValueError("canary")) == "ValueError"
    assert trace(McptuiError("token=canary-7Fh2kQ9x is refused")) == "McptuiError: token=••••kQ9x is refused"
