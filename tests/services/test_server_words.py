from __future__ import annotations

import pytest

from mcptui.model.runtime import ServerState, ServerStatus
from mcptui.services.server_words import elapsed, state_words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("idle", "ready (idle)"),
        ("starting", "starting 134 s"),
        ("ready", "ready"),
        ("needs_login", "needs login"),
        ("needs_secret", "needs secret"),
    ],
)
def test_states(state: ServerState, words: str) -> None:
    assert state_words(ServerStatus(name="x", state=state, since=1_000.0), 1_134.9) == words


def test_a_clock_that_went_back() -> None:
    assert elapsed(-3.0) == "0 s"
