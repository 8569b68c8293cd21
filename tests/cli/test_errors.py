"""What a person reads of an error; foreign text in it cannot drive the terminal."""

from __future__ import annotations

import pytest

from mcptui.cli.errors import print_error
from mcptui.errors import McptuiError


@pytest.mark.parametrize(
    ("hint", "said"),
    [(None, "Error: it failed\n"), ("", "Error: it failed\n"), ("try again", "Error: it failed\nHint:  try again\n")],
)
def test_what_failed_and_what_to_do(capsys: pytest.CaptureFixture[str], hint: str | None, said: str) -> None:
    print_error(McptuiError("it failed", hint=hint))
    captured = capsys.readouterr()
    assert (captured.err, captured.out) == (said, "")


def test_foreign_text_in_an_error_stays_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(McptuiError("a \x1b[2J b", hint="\x07\u202e"))
    assert capsys.readouterr().err == "Error: a \\u001b[2J b\nHint:  \\u0007\\u202e\n"
