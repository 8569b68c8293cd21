"""Asks which servers of a key a model sees in this conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from mcptui.protocol.text import one_line
from mcptui.tui.chat.servers import Servers
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.box_list import Box, BoxList, BoxRow


class ServersDialog(ModalScreen[tuple[Servers] | None]):
    """Returns the choice in a tuple of one, or None for no change.

    Args:
        who: whose servers they are.
        notes: the servers of the key, each with a word about it.
        chosen: the choice so far.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Cancel"),
        meanings.SAVE.bind("save", "Save"),
        meanings.SELECT_ALL.bind("all", "All, or none"),
    ]
    DEFAULT_CSS = """
    ServersDialog { align: center middle; }
    ServersDialog > Vertical {
        width: 64; max-width: 96%; height: auto; max-height: 92%; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ServersDialog Static { height: auto; }
    ServersDialog BoxList { max-height: 16; margin: 1 0; background: $panel; }
    """
    _boxes = getters.query_one(BoxList)

    def __init__(self, who: str, notes: Mapping[str, str], chosen: Servers) -> None:
        super().__init__()
        self._who = who
        self._notes = notes
        self._on = set(notes) if chosen is None else set(chosen) & set(notes)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(f"Servers of {one_line(self._who, limit=40)} in this conversation")
            yield Static(Content("The model gets the tools of the selected servers."))
            yield BoxList()
            yield Static(toned("space select · M all or none · ctrl+s apply · esc cancel", "muted"))

    def on_mount(self) -> None:
        self._draw()
        self._boxes.focus()

    def _draw(self) -> None:
        rows = [
            BoxRow(name, Box.ON if name in self._on else Box.OFF, name, note, "muted")
            for name, note in self._notes.items()
        ]
        self._boxes.set_rows(rows)

    @on(BoxList.Toggled)
    def _toggled(self, event: BoxList.Toggled) -> None:
        self._on ^= {event.id}
        self._draw()

    def action_all(self) -> None:
        """Tick all, or none when all are."""
        self._on = set() if len(self._on) == len(self._notes) else set(self._notes)
        self._draw()

    def action_save(self) -> None:
        """Use what is ticked; all of them stay all when the key gets more."""
        everything = len(self._on) == len(self._notes)
        self.dismiss((None if everything else tuple(name for name in self._notes if name in self._on),))

    def action_close(self) -> None:
        """Leave the choice as it was."""
        self.dismiss(None)
