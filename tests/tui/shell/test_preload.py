"""What is loaded once the first frame is drawn."""

from __future__ import annotations

import pytest

from mcptui.tui.shell.modes import MODES
from mcptui.tui.shell.preload import GATEWAY, SCREENS_AND_DIALOGS, preload


def test_every_module_is_there() -> None:
    preload([*GATEWAY, *SCREENS_AND_DIALOGS])


def test_screens_come_before_dialogs() -> None:
    assert SCREENS_AND_DIALOGS[: len(MODES)] == tuple(mode.module for mode in MODES.values())


def test_a_module_that_is_gone_is_noticed() -> None:
    with pytest.raises(ImportError):
        preload(["mcptui.tui.no_such_module"])
