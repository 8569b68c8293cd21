"""From an error to three lines on stderr and one exit code."""

from __future__ import annotations

from typing import Final

import click

from mcptui.errors import McptuiError, NotFoundError, RefusedError, UnreachableError
from mcptui.protocol.text import visible

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
# 2 is click's own, for wrong usage.
EXIT_NOT_FOUND: Final = 3
EXIT_REFUSED: Final = 4
EXIT_UNREACHABLE: Final = 5
EXIT_INTERRUPTED: Final = 130

_CODES: Final[tuple[tuple[type[McptuiError], int], ...]] = (
    (NotFoundError, EXIT_NOT_FOUND),
    (RefusedError, EXIT_REFUSED),
    (UnreachableError, EXIT_UNREACHABLE),
)


def exit_code(error: McptuiError) -> int:
    """The exit code that scripts may rely on."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), EXIT_FAILED)


def print_error(error: McptuiError) -> None:
    """Say on stderr what failed and why, and below it what to do."""
    click.echo(f"{click.style('Error:', fg='red', bold=True)} {visible(error.message)}", err=True)
    if error.hint:
        click.echo(f"{click.style('Hint:', bold=True)}  {visible(error.hint)}", err=True)
