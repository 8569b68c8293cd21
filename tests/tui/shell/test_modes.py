from __future__ import annotations

from importlib import import_module

import pytest

from mcptui.tui.keys.registry import sections
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.app_actions import MODE_ACTIONS
from mcptui.tui.shell.mode import Mode
from mcptui.tui.shell.modes import MODES, mode_of
from mcptui.tui.shell.preload import SCREENS_AND_DIALOGS


@pytest.mark.parametrize("mode", MODES.values(), ids=lambda mode: mode.id)
def test_a_record_registers_its_mode(mode: Mode) -> None:
    screen = getattr(import_module(mode.module), mode.screen.partition(":")[2])
    assert screen.MODE is mode
    assert screen.ACTIONS is mode.actions
    assert mode.id in McptuiApp.MODES
    assert mode.module in SCREENS_AND_DIALOGS
    assert (mode.title, mode.actions) in list(sections())


def test_digits_follow_the_order() -> None:
    assert [action.keys[0] for action in MODE_ACTIONS] == [str(number + 1) for number in range(len(MODES))]


@pytest.mark.parametrize(("kind", "mode"), [("server", "servers"), ("key", "access"), ("team", "access")])
def test_every_kind_of_entity_has_its_mode(kind: str, mode: str) -> None:
    assert mode_of(kind) == mode
