"""The root of all errors that a person is meant to read, and the exit codes of all programs here."""

from __future__ import annotations

import errno
from enum import IntEnum
from typing import ClassVar, Final


class ExitCode(IntEnum):
    """How a command or the gateway ended; scripts and service managers rely on the numbers."""

    meaning: str

    OK = 0, "ok"
    FAILED = 1, "failed"
    #: click's own.
    WRONG_USAGE = 2, "wrong usage"
    NOT_FOUND = 3, "not found"
    REFUSED = 4, "refused"
    UNREACHABLE = 5, "gateway not reachable"
    #: Only the user can change that: a service manager need not start it again.
    NOT_STARTABLE = 6, "the gateway cannot start: port in use or invalid certificate"
    INTERRUPTED = 130, "interrupted"

    def __new__(cls, value: int, meaning: str) -> ExitCode:
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


class McptuiError(Exception):
    """Something failed in a way that the user can understand.

    Args:
        message: what failed and why, one sentence, no secret in it.
        hint: what to do about it.
    """

    #: What a command ends with because of it.
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class NotFoundError(McptuiError):
    """A name that does not exist."""

    exit_code = ExitCode.NOT_FOUND


class RefusedError(McptuiError):
    """Understood, and not allowed."""

    exit_code = ExitCode.REFUSED


class UnreachableError(McptuiError):
    """The gateway does not answer."""

    exit_code = ExitCode.UNREACHABLE


class IncompatibleError(UnreachableError):
    """The gateway that runs is of a version that this one does not understand."""


#: What no program can mend: no access, no room.
_OF_THE_SYSTEM: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT})


def of_the_system(error: Exception) -> McptuiError | None:
    """What people are told of ``error`` where their account or disk is why, in whatever part it arose; else None."""
    if not isinstance(error, OSError) or error.errno not in _OF_THE_SYSTEM:
        return None
    told = McptuiError(
        f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror}",
        hint="Look at the owner and the permissions of what is named, and at the space on its disk.",
    )
    told.__cause__ = error
    return told
