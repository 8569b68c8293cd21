"""The click group at the root: commands loaded when asked for, every outcome one exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click

from mcptui.cli.errors import print_error
from mcptui.errors import ExitCode, McptuiError, of_the_system


class Program(click.Group):
    """A group that knows its commands by ``module:attribute`` and a line of help.

    ``mcptui --help`` imports none of the command modules; a command imports only its own.
    """

    def __init__(self, *, commands_at: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(**options)
        self._commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order in which a newcomer meets them."""
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of ``cmd_name``; None when there is no such command."""
        found = self._commands_at.get(cmd_name)
        if found is None:
            return None
        module, _, attribute = found[0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands from the table alone, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self._commands_at.items()])

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run and end the process; the only place where an outcome becomes an exit code."""
        sys.exit(self._outcome(args, prog_name, **{**extra, "standalone_mode": False}))

    def _outcome(self, args: Sequence[str] | None, prog_name: str | None, **extra: Any) -> int:
        try:
            code = super().main(args, prog_name, **extra)
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo(err=True)
            return ExitCode.INTERRUPTED
        except McptuiError as error:
            print_error(error)
            return error.exit_code
        except BrokenPipeError:
            # The reader (head, less) left. Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.OK
        except Exception as error:
            if (told := of_the_system(error)) is None:
                if os.environ.get("MCPTUI_TRACEBACK"):
                    raise
                hint = "this is a bug; MCPTUI_TRACEBACK=1 shows where, please report it with that"
                told = McptuiError(f"unexpected {type(error).__name__}: {error}", hint=hint)
            print_error(told)
            return told.exit_code
        return code if isinstance(code, int) else ExitCode.OK
