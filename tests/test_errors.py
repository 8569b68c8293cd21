from __future__ import annotations

import errno

import pytest

from mcptui.errors import ExitCode, McptuiError, NotFoundError, RefusedError, UnreachableError, of_the_system


@pytest.mark.parametrize("kind", [McptuiError, NotFoundError, RefusedError, UnreachableError])
def test_an_error_is_its_message_and_may_say_what_to_do(kind: type[McptuiError]) -> None:
    error = kind("there is no server x", hint="Look with: mcptui server list")
    assert (str(error), error.message, error.hint) == (
        error.message,
        "there is no server x",
        "Look with: mcptui server list",
    )
    assert kind("other").hint is None


def test_every_exit_code_has_one_meaning() -> None:
    assert len({code.meaning for code in ExitCode}) == len(ExitCode)
    assert f"{ExitCode.NOT_FOUND}" == "3"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/h/state"), "/h/state: Permission denied"),
        (PermissionError(errno.EPERM, "Operation not permitted", "/h"), "/h: Operation not permitted"),
        (OSError(errno.EROFS, "Read-only file system", "/h"), "/h: Read-only file system"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (OSError(errno.EDQUOT, "Disk quota exceeded", "/h"), "/h: Disk quota exceeded"),
        (OSError(errno.EBADF, "Bad file descriptor"), None),
        (OSError("without a number"), None),
        (ValueError("other"), None),
    ],
)
def test_what_account_and_disk_refuse_is_no_bug(error: Exception, words: str | None) -> None:
    told = of_the_system(error)
    assert (None if told is None else told.message) == words
    assert told is None or "permissions" in (told.hint or "")
