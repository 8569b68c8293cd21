"""The allowed-server boxes, with the keys that change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from mcptui.access.subjects import Ref
from mcptui.model import State
from mcptui.tui.access.allowed import Allowed, box_rows, denied, toggled
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.box_list import BoxList


class ServerBoxes(BoxList):
    """Boxes of one subject. ``a`` all, ``0`` none, ``delete`` inherit, ``minus`` deny."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.GRANT.bind("all", "All"),
        meanings.GRANT_NONE.bind("none", "None"),
        meanings.UNSET.bind("inherit", "Inherit"),
        meanings.DENY.bind("deny", "Deny"),
    ]

    @dataclass
    class Edited(Message):
        """The person changed what is allowed."""

        boxes: ServerBoxes
        allowed: Allowed

        @property
        def control(self) -> ServerBoxes:
            return self.boxes

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = State()
        self._ref: Ref | None = None
        self._allowed: Allowed = None

    @property
    def ref(self) -> Ref | None:
        """Whose boxes they are."""
        return self._ref

    @property
    def allowed(self) -> Allowed:
        """The servers in the boxes."""
        return self._allowed

    def show(self, state: State, ref: Ref | None, allowed: Allowed) -> None:
        """Show the boxes of another subject or state."""
        self._state = state
        self._ref = ref
        self._allowed = allowed
        self.set_rows(box_rows(state, ref, allowed) if ref is not None else ())

    def on_box_list_toggled(self, event: BoxList.Toggled) -> None:
        event.stop()
        self._edit(toggled(self._allowed, event.id))

    def action_all(self) -> None:
        """Allow every existing server, each by name."""
        self._edit(tuple(self._state.servers))

    def action_none(self) -> None:
        """Allow none."""
        self._edit(())

    def action_inherit(self) -> None:
        """Not set: inherit from the levels above."""
        self._edit(None)

    def action_deny(self) -> None:
        """Deny the server under the cursor explicitly."""
        if self.cursor_row is not None and self.cursor_row.id != "*":
            self._edit(denied(self._allowed, self.cursor_row.id))

    def _edit(self, allowed: Allowed) -> None:
        if self._ref is not None:
            self.show(self._state, self._ref, allowed)
            self.post_message(self.Edited(self, allowed))
