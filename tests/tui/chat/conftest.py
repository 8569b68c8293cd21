"""Settings of the tests of the Chat mode."""

from __future__ import annotations

import pytest

from mcptui.tui.chat import turn_view


@pytest.fixture(autouse=True)
def _every_change_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_view, "_PACE", 0.0)
