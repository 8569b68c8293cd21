"""The five modes and where their screens are: a mode costs nothing before somebody opens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mcptui.tui.shell.base import ModeScreen

#: Module and class of each mode's base screen.
SCREENS: Final[Mapping[str, str]] = {
    "servers": "mcptui.tui.servers.screen:ServersScreen",
    "access": "mcptui.tui.access.screen:AccessScreen",
    "test": "mcptui.tui.playground.screen:PlaygroundScreen",
    "chat": "mcptui.tui.chat.screen:ChatScreen",
    "gateway": "mcptui.tui.gateway.screen:GatewayScreen",
}


def openers() -> dict[str, Callable[[], ModeScreen]]:
    """What makes the screen of each mode; loads its module then."""
    return {mode: partial(_open, at) for mode, at in SCREENS.items()}


def _open(at: str) -> ModeScreen:
    screen: ModeScreen = resolve_name(at)()
    return screen
