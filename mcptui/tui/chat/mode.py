"""The Chat mode."""

from __future__ import annotations

from typing import Final

from mcptui.tui.chat.actions import ACTIONS
from mcptui.tui.shell.mode import Mode

CHAT: Final = Mode(
    id="chat",
    title="Chat",
    screen="mcptui.tui.chat.screen:ChatScreen",
    actions=ACTIONS,
)
