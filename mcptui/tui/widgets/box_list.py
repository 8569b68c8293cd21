"""A list of check boxes drawn as text, so that their state shows without colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings
from mcptui.tui.text.line import line
from mcptui.tui.text.tone import Tone, toned
from mcptui.tui.widgets.pick_list import PickList


class Box(Enum):
    """The states of a box; the value is what is drawn."""

    ON = "[x]"
    OFF = "[ ]"
    #: Of a field of a form: not set.
    SILENT = "[-]"
    #: Of access: allowed by another level or a group, allowed with limits, denied.
    ABOVE = "[+]"
    PARTLY = "[~]"
    DENIED = "[!]"


_TONES: Final[Mapping[Box, Tone]] = {
    Box.ON: "strong",
    Box.SILENT: "muted",
    Box.PARTLY: "accent",
    Box.DENIED: "bad",
}


@dataclass(frozen=True, slots=True)
class BoxRow:
    """One row: ``note`` is shown behind the label, ``dirty`` marks a change that is not saved."""

    id: str
    box: Box
    label: str
    note: str = ""
    tone: Tone = "plain"
    dirty: bool = False


class BoxList(PickList):
    """Rows of check boxes; ``space``, ``enter`` or a click asks its owner to toggle one."""

    DEFAULT_CSS = """
    BoxList {
        height: auto; border: none; padding: 0; background: transparent;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    BoxList > .option-list--option { padding: 0 1 0 0; }
    BoxList > .option-list--option-highlighted { background: transparent; color: $foreground; text-style: none; }
    BoxList:focus > .option-list--option-highlighted {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.TOGGLE.bind("select", "Toggle"),
    ]

    @dataclass
    class Toggled(Message):
        """The person wants the row ``id`` to change."""

        box_list: BoxList
        id: str

        @property
        def control(self) -> BoxList:
            return self.box_list

    def __init__(self, rows: Sequence[BoxRow] = (), *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._rows: tuple[BoxRow, ...] = ()
        self.set_rows(rows)

    @property
    def cursor_row(self) -> BoxRow | None:
        """The highlighted row."""
        return self._rows[self.highlighted] if self.highlighted is not None and self._rows else None

    def set_rows(self, rows: Sequence[BoxRow]) -> None:
        """Show ``rows``; the cursor and the scroll position stay where only boxes changed."""
        width = max((len(one_line(row.label, limit=40)) for row in rows), default=0)
        if [row.id for row in rows] == [row.id for row in self._rows]:
            for index, row in enumerate(rows):
                if row != self._rows[index]:
                    self.replace_option_prompt_at_index(index, _prompt(row, width))
            self._rows = tuple(rows)
            return
        before = self.highlighted
        self._rows = tuple(rows)
        self.set_options(Option(_prompt(row, width)) for row in rows)
        if rows:
            self.highlighted = min(before or 0, len(rows) - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Toggled(self, self._rows[event.option_index].id))


def _prompt(row: BoxRow, width: int) -> Content:
    label = one_line(row.label, limit=40)
    mark = toned(row.box.value, _TONES.get(row.box, "plain"))
    prompt = mark + Content(f"{'*' if row.dirty else ' '}{label.ljust(width) if row.note else label}")
    if row.note:
        prompt += toned(f"  {one_line(row.note, limit=80)}", row.tone)
    return line(prompt)
