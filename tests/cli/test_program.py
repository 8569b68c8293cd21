from __future__ import annotations

import errno

import click
import pytest
from click.testing import CliRunner

from mcptui.cli.program import Program
from mcptui.errors import ExitCode, McptuiError, NotFoundError, RefusedError, UnreachableError


def program(outcome: BaseException | int | None) -> Program:
    """A program with one command that ends in ``outcome``."""

    @click.command("do")
    def do() -> int | None:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    group = Program(commands_at={}, name="mcptui")
    group.get_command = lambda ctx, cmd_name: do if cmd_name == "do" else None  # type: ignore[method-assign]
    return group


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (None, ExitCode.OK),
        (5, 5),
        (McptuiError("broken"), ExitCode.FAILED),
        (click.UsageError("wrong"), ExitCode.WRONG_USAGE),
        (NotFoundError("no such"), ExitCode.NOT_FOUND),
        (RefusedError("no"), ExitCode.REFUSED),
        (UnreachableError("away"), ExitCode.UNREACHABLE),
        (click.Abort(), ExitCode.INTERRUPTED),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (ZeroDivisionError("a bug"), ExitCode.FAILED),
    ],
)
def test_every_outcome_has_its_exit_code(outcome: BaseException | int | None, code: int) -> None:
    result = CliRunner().invoke(program(outcome), ["do"])
    assert result.exit_code == code
    assert "Traceback" not in result.output
    assert result.stdout == ""


def test_an_error_says_what_why_and_what_to_do() -> None:
    result = CliRunner().invoke(program(NotFoundError('there is no key "x\x1b"', hint="see: mcptui key list")), ["do"])
    assert result.stderr == 'Error: there is no key "x\\u001b"\nHint:  see: mcptui key list\n'


def test_no_access_to_a_file_is_no_bug() -> None:
    error = PermissionError(errno.EACCES, "Permission denied", "/h/state/gateway.lock")
    result = CliRunner().invoke(program(error), ["do"])
    assert result.stderr.startswith("Error: /h/state/gateway.lock: Permission denied\nHint:")
    assert "bug" not in result.stderr


def test_a_bug_shows_where_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCPTUI_TRACEBACK", "1")
    assert isinstance(CliRunner().invoke(program(ZeroDivisionError()), ["do"]).exception, ZeroDivisionError)


def test_an_unknown_command_is_wrong_usage() -> None:
    result = CliRunner().invoke(program(None), ["nothing"])
    assert result.exit_code == 2
    assert "nothing" in result.stderr
