"""A list of things that have a name, from which one is chosen, added or deleted: groups, models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import getters
from textual.binding import BindingType

from mcptui.tui.background import background, close_screen
from mcptui.tui.keys import meanings
from mcptui.tui.shell.shell import Shell
from mcptui.tui.widgets.dialogs import Choice, ConfirmDialog, PickDialog
from mcptui.tui.widgets.pick_list import PickList

#: Not a valid name.
NEW: Final = ""
#: A longer cell does not widen its column.
_WIDEST: Final = 36


@dataclass(frozen=True, slots=True)
class Removal:
    """How something is deleted: the question before it, and what deletes it."""

    question: Callable[[str], ConfirmDialog]
    remove: Callable[[str], Awaitable[None]]


class NamedDialog(PickDialog):
    """Returns the name of what shall be changed, :data:`NEW` for a new one, or None.

    Args:
        title: what is listed.
        new: the line for a new one.
        named: what there is by name, each with the cells of its line.
        removal: how one is deleted.
        at: the name that the cursor begins on.
    """

    KEYS = "enter edit · n new · d delete · esc close"
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.EDIT.only("e").bind("edit", "Edit"),
        meanings.ADD.only("n").bind("new", "New"),
        meanings.DELETE.bind("remove", "Delete"),
    ]
    app = getters.app(Shell)
    options = getters.query_one(PickList)

    def __init__(
        self, title: str, new: str, named: Mapping[str, Sequence[str]], removal: Removal, *, at: str = NEW
    ) -> None:
        choices = [Choice(NEW, new), *map(Choice, named, _lines(list(named.values())))]
        super().__init__(title, choices, at=next((place for place, each in enumerate(choices) if each.id == at), 0))
        self._removal = removal

    @property
    def _chosen(self) -> str:
        option = self.options.highlighted_option
        return NEW if option is None or option.id is None else option.id

    def action_new(self) -> None:
        """Close for a new one."""
        self.dismiss(NEW)

    def action_edit(self) -> None:
        """Close for a change of the one under the cursor."""
        self.dismiss(self._chosen)

    @background(group="dialog", exclusive=True)
    async def action_remove(self) -> None:
        """Delete the one under the cursor, after a question; closes then, for undo to be at hand."""
        name = self._chosen
        if name == NEW or await self.app.push_screen_wait(self._removal.question(name)) != "confirm":
            return
        await self._removal.remove(name)
        close_screen(self)


def _lines(rows: Collection[Sequence[str]]) -> Iterator[str]:
    """The cells of each row on one line, in columns."""
    widths = [max(min(cell_len(cell), _WIDEST) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
