"""A table with a live filter, the same keys everywhere, and a word about being empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import DataTable, Input
from textual.widgets.data_table import RowKey

from mcptui.protocol.text import one_line
from mcptui.tui.widgets.cells import CELL_PADDING, Column, Row, render_cell, room_for
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.vim_keys import CURSOR_KEYS, TABLE_ENDS


class ListTable(DataTable[Text]):
    """A DataTable of whole rows with vi keys."""

    BINDINGS: ClassVar[list[BindingType]] = [*CURSOR_KEYS, *TABLE_ENDS]

    def __init__(self) -> None:
        super().__init__(cursor_type="row", cell_padding=CELL_PADDING)


class FilterTable(Vertical):
    """Rows by key; the cursor stays on its row while the rows change.

    ``/`` filters, ``escape`` clears the filter. The border shows "3/42" while a filter is active.
    """

    DEFAULT_CSS = """
    FilterTable {
        border: round $border-blurred;
        border-title-color: $foreground-muted;
        border-subtitle-color: $foreground-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > ListTable {
            height: 1fr; background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden;
            & > .datatable--header { background: transparent; color: $foreground-muted; text-style: none; }
            & > .datatable--cursor { background: $primary 25%; color: $foreground; text-style: none; }
            &:focus > .datatable--cursor {
                background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
            }
        }
        & > Input { dock: bottom; height: 1; border: none; padding: 0 1; background: $surface; display: none; }
        & > EmptyState { display: none; }
        &.-filtering > Input { display: block; }
        &.-empty > EmptyState { display: block; }
        &.-empty > ListTable { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", show=False),
        Binding("escape", "clear_filter", "Clear the filter", show=False),
        Binding("n", "next_match(1)", "Next match", show=False),
        Binding("N", "next_match(-1)", "Previous match", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row; None where there is none."""

        table: FilterTable
        key: str | None

        @property
        def control(self) -> FilterTable:
            return self.table

    @dataclass
    class Opened(Message):
        """Enter or a click on the highlighted row."""

        table: FilterTable
        key: str

        @property
        def control(self) -> FilterTable:
            return self.table

    @dataclass
    class Filtered(Message):
        """The filter is another one; for tables whose rows say only then what they hold (``Row.search``)."""

        table: FilterTable
        text: str

        @property
        def control(self) -> FilterTable:
            return self.table

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        *,
        empty: Content,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.border_title = Content(title)
        self._all_columns = tuple(columns)
        self._columns = self._all_columns
        self._empty = empty
        self._rows: tuple[Row, ...] = ()
        self._shown: tuple[Row, ...] = ()
        self._cursor_key: str | None = None
        self._settling = False
        self._limits: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        yield ListTable()
        yield EmptyState("", "")
        yield Input(placeholder="filter", compact=True)

    def on_mount(self) -> None:
        self._set_columns()
        self._show_rows()
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show_rows(anew=True))

    @property
    def table(self) -> ListTable:
        """The table inside, for focus and scrolling."""
        return self.query_one(ListTable)

    @property
    def cursor_key(self) -> str | None:
        """The key of the highlighted row."""
        return self._cursor_key

    @property
    def shown_keys(self) -> list[str]:
        """The keys of the rows that the filter shows."""
        return [row.key for row in self._shown]

    @property
    def filter_text(self) -> str:
        """The active filter; empty for none."""
        return self.query_one(Input).value.strip() if self.is_mounted else ""

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``; only what differs is redrawn."""
        self._rows = tuple(rows)
        if self.is_mounted:
            self._show_rows()

    def set_empty(self, empty: Content) -> None:
        """Say something else while there are no rows."""
        self._empty = empty
        if self.is_mounted:
            self._say_why_empty(self._shown)

    def set_rank(self, rank: int) -> None:
        """Leave out columns of a higher rank, for narrow screens."""
        columns = tuple(column for column in self._all_columns if column.rank <= rank)
        if columns != self._columns:
            self._columns = columns
            if self.is_mounted:
                self._set_columns()
                self._show_rows(anew=True)

    def select(self, key: str) -> None:
        """Put the cursor on the row ``key``, if it is shown."""
        self._cursor_key = key
        if self.is_mounted:
            self._restore_cursor()

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def action_clear_filter(self) -> None:
        """Drop the filter and go back to the list."""
        self.query_one(Input).value = ""
        self.remove_class("-filtering")
        self.table.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear_filter":
            return self.has_class("-filtering")
        if action == "next_match":
            return bool(self.filter_text) and bool(self._shown)
        return True

    def action_next_match(self, by: int) -> None:
        """Go to the next or previous row that the filter shows, around the ends."""
        self.table.move_cursor(row=(self.table.cursor_row + by) % len(self._shown))

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_rows()
        self.post_message(self.Filtered(self, self.filter_text))

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.table.focus()
        else:
            self.action_clear_filter()

    @on(DataTable.RowHighlighted)
    def _row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        event.stop()
        if not self._settling and (key := _key_of(event.row_key)) is not None:
            self._move_to(key)

    @on(DataTable.RowSelected)
    def _row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        if (key := _key_of(event.row_key)) is not None:
            self.post_message(self.Opened(self, key))

    def _move_to(self, key: str | None) -> None:
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.Highlighted(self, key))

    def _set_columns(self) -> None:
        self.table.clear(columns=True)
        self.table.show_header = any(column.label for column in self._columns)
        for column in self._columns:
            label = Text(column.label, justify=column.justify)
            self.table.add_column(label, width=column.width, key=column.id)

    def _show_rows(self, *, anew: bool = False) -> None:
        words = self.filter_text.casefold().split()
        shown = tuple(row for row in self._rows if row.matches(words))
        self.border_subtitle = Content(f"{len(shown)}/{len(self._rows)}" if words else "")
        self._say_why_empty(shown)
        anew |= self._set_limits(shown)
        if anew or [row.key for row in shown] != [row.key for row in self._shown]:
            self._replace(shown)
        else:
            self._update(shown)
        self._shown = shown

    def _replace(self, rows: Sequence[Row]) -> None:
        table = self.table
        place = next((n for n, row in enumerate(self._shown) if row.key == self._cursor_key), 0)
        with self.app.batch_update():
            self._settling = True
            table.clear()
            for row in rows:
                table.add_row(*(self._drawn(row, column) for column in self._columns), key=row.key)
            self._settling = False
            self._shown = tuple(rows)
            self._restore_cursor(place)

    def _update(self, rows: Sequence[Row]) -> None:
        for old, new in zip(self._shown, rows, strict=True):
            for column in self._columns:
                if old.cells[column.id] != new.cells[column.id]:
                    self.table.update_cell(new.key, column.id, self._drawn(new, column), update_width=True)

    def _drawn(self, row: Row, column: Column) -> Text:
        limit = self._limits.get(column.id, column.limit)
        return render_cell(row.cells[column.id], column, self.app.current_theme, limit)

    def _set_limits(self, rows: Sequence[Row]) -> bool:
        """Fit the flexible columns; whether that changed something."""
        width = self.table.size.width
        limits = {
            column.id: room_for(column, self._columns, rows, width)
            for column in self._columns
            if column.flexible and width
        }
        changed = limits != self._limits
        self._limits = limits
        return changed

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_rows)

    def _restore_cursor(self, place: int = 0) -> None:
        keys = [row.key for row in self._shown]
        if not keys:
            self._move_to(None)
            return
        # Where its row is gone, the one that took its place.
        index = keys.index(self._cursor_key) if self._cursor_key in keys else min(place, len(keys) - 1)
        self.table.move_cursor(row=index, animate=False)
        self._move_to(keys[index])

    def _say_why_empty(self, shown: Sequence[Row]) -> None:
        self.set_class(not shown, "-empty")
        if shown:
            return
        empty = self._empty
        if self._rows:
            filter_text = one_line(self.filter_text, limit=40)
            empty = EmptyState.content_of("No match", f"Nothing here matches “{filter_text}”.", [("esc", "clear")])
        self.query_one(EmptyState).update(empty)


def _key_of(row_key: RowKey | None) -> str | None:
    """None also for a row that was taken away before its message came."""
    return row_key.value if row_key is not None else None
