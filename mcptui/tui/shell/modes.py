"""The modes of the app, in the order of their digits: one line registers a mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mcptui.tui.access.mode import ACCESS
from mcptui.tui.chat.mode import CHAT
from mcptui.tui.gateway.mode import GATEWAY
from mcptui.tui.playground.mode import TEST
from mcptui.tui.servers.mode import SERVERS
from mcptui.tui.shell.mode import Mode

MODES: Final[Mapping[str, Mode]] = {mode.id: mode for mode in (SERVERS, ACCESS, TEST, CHAT, GATEWAY)}


def mode_of(kind: str) -> str:
    """The mode that shows entities of this kind (``server``, ``key``, ``team``, …)."""
    return next(mode.id for mode in MODES.values() if kind in mode.reveals)
