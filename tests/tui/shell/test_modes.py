from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

from mcptui.tui.keys.registry import sections
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.app_actions import MODE_ACTIONS
from mcptui.tui.shell.mode import Mode
from mcptui.tui.shell.modes import MODES, mode_of
from mcptui.tui.shell.preload import SCREENS_AND_DIALOGS

ROOT: Final = Path(__file__).parents[3]


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


def test_the_pages_name_every_mode_with_its_digit() -> None:
    modes = [(str(digit), mode.title) for digit, mode in enumerate(MODES.values(), start=1)]
    readme, app = ((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/app/README.md"))
    assert re.findall(r"\*\*(\d)\*\* (\w+)", readme) == modes
    assert re.findall(r"^\| \[(\w+)\]\(\w+\.md\) \| mode (\d):", app, re.MULTILINE) == [(b, a) for a, b in modes]
    keys = (ROOT / "docs/keys.md").read_text(encoding="utf-8")
    assert f"`ctrl+1` … `ctrl+{len(modes)}`" in keys


@pytest.mark.parametrize(("kind", "mode"), [("server", "servers"), ("key", "access"), ("team", "access")])
def test_every_kind_of_entity_has_its_mode(kind: str, mode: str) -> None:
    assert mode_of(kind) == mode
