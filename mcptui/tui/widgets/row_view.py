"""What the tables of the app have in common: rows of any number, of which only those in view are drawn."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView

from mcptui.tui.keys import meanings


class RowView(ScrollView, can_focus=True):
    """Rows of one line each under a header that stays, and the keys that move a cursor from row to row.

    Not Textual's ``DataTable``: it measures every cell before the first frame, a second for 10,000 rows, and asks
    for no row later.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.DOWN.bind("move_row(1)"),
        meanings.UP.bind("move_row(-1)"),
        meanings.PAGE_DOWN.bind("page(1)"),
        meanings.PAGE_UP.bind("page(-1)"),
        meanings.FIRST.bind("first"),
        meanings.LAST.bind("last"),
    ]

    @property
    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @property
    def header(self) -> int:
        """The height of the header."""
        return 1

    @property
    def cursor_row(self) -> int:
        """The place of the cursor; meaningless while there are no rows."""
        raise NotImplementedError

    def go_to_row(self, place: int) -> None:
        """Put the cursor on the row at ``place``, or on the nearest one."""
        raise NotImplementedError

    @property
    def room(self) -> Size:
        """What there is between the scrollbars; ``size`` reaches under them."""
        return self.scrollable_content_region.size

    def row_at(self, y: int) -> int:
        """The place of the row that is drawn in line ``y``."""
        return int(self.scroll_offset.y) + y - self.header

    def top_for_cursor(self) -> int:
        """The first row in view so that the cursor is in view, scrolled no further than necessary."""
        height = max(self.room.height - self.header, 1)
        return min(max(self.scroll_offset.y, self.cursor_row - height + 1), self.cursor_row)

    def action_move_row(self, by: int) -> None:
        """The cursor up or down."""
        self.go_to_row(self.cursor_row + by)

    def action_page(self, by: int) -> None:
        """The cursor up or down by what is on the screen."""
        self.go_to_row(self.cursor_row + by * max(self.room.height - self.header - 1, 1))

    def action_first(self) -> None:
        """The cursor to the first row."""
        self.go_to_row(0)

    def action_last(self) -> None:
        """The cursor to the last row."""
        self.go_to_row(self.count - 1)
