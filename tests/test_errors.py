from __future__ import annotations

import pytest

from mcptui.errors import ExitCode, McptuiError, NotFoundError, RefusedError, UnreachableError


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
