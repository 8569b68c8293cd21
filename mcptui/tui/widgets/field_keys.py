"""Fields of a form, and the keys that leave them."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.binding import BindingType
from textual.widgets import Input

from mcptui.tui.keys import meanings

#: With priority they move the focus as soon as they arrive. Otherwise they wait behind the keys that the field has not
#: handled yet, and so do the keys after them, which are meant for the next field.
LEAVE_KEYS: Final[list[BindingType]] = [
    meanings.NEXT_FIELD.bind("app.focus_next", "Next field", priority=True),
    meanings.PREVIOUS_FIELD.bind("app.focus_previous", "Previous field", priority=True),
]
ENTER_KEY: Final = meanings.OPEN.bind("app.focus_next", "Next field", priority=True)


class LineInput(Input):
    """One line in a form with several fields."""

    BINDINGS: ClassVar[list[BindingType]] = LEAVE_KEYS
