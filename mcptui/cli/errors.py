"""From an error to three lines on stderr."""

from __future__ import annotations

import click

from mcptui.errors import McptuiError
from mcptui.protocol.text import visible


def print_error(error: McptuiError) -> None:
    """Say on stderr what failed and why, and below it what to do."""
    click.echo(f"{click.style('Error:', fg='red', bold=True)} {visible(error.message)}", err=True)
    if error.hint:
        click.echo(f"{click.style('Hint:', bold=True)}  {visible(error.hint)}", err=True)
