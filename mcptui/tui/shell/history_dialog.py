"""Earlier contents of the state file: what differs from now, and going back to one, or to a part of it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from mcptui.protocol.text import visible
from mcptui.services.state_history import Earlier, Part, difference, earlier_states, restore
from mcptui.services.workspace import Workspace
from mcptui.tui.background import background
from mcptui.tui.keys.finder import Entry
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import Tone, toned
from mcptui.tui.widgets.buttons import ButtonRow, LineButton
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog
from mcptui.tui.widgets.pick_list import PickList

_RESTORE: Final = (Choice("restore", "Restore", "warning", key="r"), CANCEL)
_TONES: Final[dict[str, Tone]] = {"+": "ok", "-": "bad", "@": "muted"}


class HistoryDialog(ChoiceDialog):
    """Asks whether a version is restored: the whole file, or the part below the cursor."""

    DEFAULT_CSS = """
    HistoryDialog > Vertical { width: 100; }
    HistoryDialog PickList {
        height: auto; max-height: 8; border: none; padding: 0; margin-bottom: 1; background: transparent;
        &:focus { border: none; background: transparent; background-tint: transparent; }
    }
    HistoryDialog.-low PickList { max-height: 4; margin-bottom: 0; }
    HistoryDialog VerticalScroll { max-height: 45vh; }
    HistoryDialog.-low VerticalScroll { max-height: 25vh; }
    """
    parts = getters.query_one(PickList)

    def __init__(self, workspace: Workspace, earlier: Earlier) -> None:
        super().__init__(f"Restore {earlier.at:%Y-%m-%d %H:%M:%S}?", "", _RESTORE)
        self._workspace = workspace
        self._earlier = earlier

    def compose(self) -> ComposeResult:
        titles = ("the whole file", *(part.title for part in self._earlier.parts))
        with Vertical() as box:
            box.border_title = Content(self._title)
            yield PickList(*(Option(Content(visible(title, limit=200))) for title in titles))
            with VerticalScroll(can_focus=False):
                yield Static()
            with ButtonRow():
                for choice in self._choices:
                    yield LineButton(f"{choice.label} (r)" if choice.key else choice.label, id=choice.id)

    @property
    def first_focus(self) -> Widget:
        return self.parts

    @property
    def chosen(self) -> tuple[Part, ...]:
        """What is to be restored; nothing is the whole file."""
        at = self.parts.highlighted
        return (self._earlier.parts[at - 1],) if at else ()

    def on_option_list_option_highlighted(self) -> None:
        self._show_difference()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one("#restore", LineButton).focus()

    @background(group="difference", exclusive=True)
    async def _show_difference(self) -> None:
        part = next(iter(self.chosen), None)
        lines = await asyncio.to_thread(difference, self._workspace, self._earlier, part)
        shown = (toned(visible(line, limit=300), _TONES.get(line[:1], "plain")) for line in lines)
        self.query_one(Static).update(Content("\n").join(shown))


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
    dialog = HistoryDialog(app.context.workspace, earlier)
    if await app.push_screen_wait(dialog) == "restore":
        await app.change(restore, earlier, dialog.chosen)
