from __future__ import annotations

from mcptui.errors import McptuiError
from mcptui.tui.shell.errors_seen import ErrorsSeen

SECRET = "canary-7Fh2kQ9x"


def _failing() -> McptuiError:
    try:
        try:
            raise ValueError(f"token {SECRET} refused")
        except ValueError as cause:
            raise McptuiError("the call failed", hint="try again") from cause
    except McptuiError as error:
        return error


def test_details_name_causes_and_places_but_not_what_foreign_errors_say() -> None:
    seen = ErrorsSeen().add(_failing())
    assert seen.details.startswith("ValueError\n  test_errors_seen.py:")
    assert "which led to\nMcptuiError: the call failed" in seen.details
    assert SECRET not in seen.as_text()
    assert seen.as_text().endswith("```")


def test_an_error_that_was_never_raised_has_no_places() -> None:
    seen = ErrorsSeen().add(McptuiError("no server\x1b[2J"))
    assert seen.details == "McptuiError: no server\\u001b[2J"
    assert seen.summary().endswith("no server\\u001b[2J")


def test_the_text_of_all_begins_with_the_newest() -> None:
    errors = ErrorsSeen()
    errors.add(McptuiError("first"))
    errors.add(McptuiError("second", hint="do something"))
    text = errors.as_text()
    assert text.index("second") < text.index("do something") < text.index("first")
