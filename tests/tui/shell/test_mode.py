"""The record of a mode."""

from __future__ import annotations

import pytest

from mcptui.tui.shell.mode import Mode


def test_the_screen_is_loaded_when_it_is_made() -> None:
    mode = Mode(id="x", title="X", screen="textual.screen:Screen", actions=())
    assert mode.module == "textual.screen"
    first, second = mode.open(), mode.open()
    assert type(first).__name__ == "Screen"
    assert first is not second


def test_a_screen_that_is_not_there_is_an_error_only_when_it_is_opened() -> None:
    mode = Mode(id="x", title="X", screen="mcptui.no_such:Screen", actions=())
    with pytest.raises(ImportError):
        mode.open()
