"""Earlier contents of the state file: what differs from now, and going back to one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from textual.content import Content

from mcptui.protocol.text import visible
from mcptui.services.state_history import Earlier, difference, earlier_states, restore
from mcptui.tui.keys.finder import Entry
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import Tone, toned
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

_RESTORE: Final = (Choice("restore", "Restore", "warning", key="r"), CANCEL)
_TONES: Final[dict[str, Tone]] = {"+": "ok", "-": "bad", "@": "muted"}


async def show_history(app: Shell) -> None:
    """Have an earlier content chosen; to be run in a worker."""
    found = await asyncio.to_thread(earlier_states, app.context.workspace)
    if not found:
        app.say("No earlier contents of the state file.")
        return
    entries = [
        Entry(title=f"{each.at:%Y-%m-%d %H:%M:%S}   {each.summary}", run=partial(show_earlier, app, each))
        for each in found
    ]
    app.find("History of changes", entries)


async def show_earlier(app: Shell, earlier: Earlier) -> None:
    """Show what restoring would change, and restore."""
    lines = await asyncio.to_thread(difference, app.context.workspace, earlier)
    text = Content("\n").join(toned(visible(line, limit=300), _TONES.get(line[:1], "plain")) for line in lines)
    dialog = ChoiceDialog(f"Restore {earlier.at:%Y-%m-%d %H:%M:%S}?", text, _RESTORE)
    if await app.push_screen_wait(dialog) == "restore":
        await app.change(restore, earlier)
