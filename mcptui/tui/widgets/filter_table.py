"""A table with a live filter, the same keys everywhere, and a word about being empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from mcptui.protocol.text import one_line
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.cells import Column, Row, fitted
from mcptui.tui.widgets.column_widths import longest
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.field_terms import split_terms
from mcptui.tui.widgets.matching import Query, Searchable
from mcptui.tui.widgets.virtual_table import VirtualTable

#: A cursor that leaves a row earlier passes by: what takes long to show need not be shown.
REST_SECONDS: Final = 0.04


class FilterTable(Vertical):
    """Rows by key; the cursor stays on its row while the rows change.

    One that a dialog puts a frame around has the class ``-framed-outside``.

    ``/`` filters, ``escape`` clears the filter. The border shows "3/42" while a filter is active.
    """

    DEFAULT_CSS = """
    FilterTable {
        border: round $border-blurred;
        border-title-color: $foreground-muted;
        border-subtitle-color: $foreground-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > VirtualTable { height: 1fr; }
        & > Input { dock: bottom; height: 1; border: none; padding: 0 1; background: $surface; display: none; }
        & > EmptyState { display: none; }
        &.-filtering > Input { display: block; }
        &.-empty > EmptyState { display: block; }
        &.-empty > VirtualTable { display: none; }
        &.-framed-outside, &.-framed-outside:focus-within { border: none; border-top: solid $border-blurred; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.FILTER.bind("filter", "Filter"),
        meanings.BACK.bind("clear_filter", "Clear the filter"),
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
        fields: Sequence[str] = (),
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._fields = tuple(fields)
        self.border_title = Content(title)
        self._columns = tuple(columns)
        self._empty = empty
        self._rows: tuple[Row, ...] = ()
        self._shown: Sequence[Row] = ()
        self._searchables: Sequence[Searchable] | None = None
        self._cursor_key: str | None = None
        #: What the filter finds, best match first.
        self._found: Sequence[Row] = ()
        #: The row under the cursor that is gone, and the one that took its place: undo brings the cursor back.
        self._gone: tuple[str, str] | None = None
        self._rank: int | None = None

    def compose(self) -> ComposeResult:
        yield VirtualTable(self._columns, lambda place: self._shown[place])
        yield EmptyState("", "")
        terms = f"; {': '.join(self._fields)}:" if self._fields else ""
        yield Input(placeholder=f"filter{terms}", compact=True)

    def on_mount(self) -> None:
        if self._rank is not None:
            self.table.set_rank(self._rank)
        self._fit_columns()
        self.show_rows()

    @property
    def table(self) -> VirtualTable:
        """The table inside, for focus and scrolling."""
        return self.query_one(VirtualTable)

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

    @property
    def filter_words(self) -> str:
        """The words of the active filter, without its terms about fields."""
        return split_terms(self.filter_text, self._fields)[1]

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show ``rows``; the cursor stays on its row."""
        rows = tuple(rows)
        if rows == self._rows:
            return
        self._rows = rows
        self._searchables = None
        if self.is_mounted:
            self._fit_columns()
            self.show_rows()

    def set_empty(self, empty: Content) -> None:
        """Say something else while there are no rows."""
        self._empty = empty
        if self.is_mounted:
            self._say_why_empty()

    def set_rank(self, rank: int) -> None:
        """Leave out columns of a higher rank, for narrow screens."""
        self._rank = rank
        if self.is_mounted:
            self.table.set_rank(rank)

    def select(self, key: str) -> None:
        """Put the cursor on the row ``key``, if it is shown."""
        self._cursor_key = key
        if self.is_mounted:
            self._restore_cursor()

    def go_to(self, key: str) -> None:
        """Move the cursor to the row ``key``, which is shown."""
        self.table.cursor = self.shown_keys.index(key)

    # --- filter ---

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self.query_one(Input).focus()

    def filter_by(self, text: str) -> None:
        """Show what ``text`` lets through, with the focus on the list."""
        self.add_class("-filtering")
        self.query_one(Input).value = text
        self.table.focus()

    def drop_filter(self) -> None:
        """Show all rows again."""
        self.query_one(Input).value = ""
        self.remove_class("-filtering")

    def action_clear_filter(self) -> None:
        """Drop the filter and go back to the list."""
        self.drop_filter()
        self.table.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear_filter":
            return self.has_class("-filtering")
        return True

    @on(Input.Changed)
    def _filter_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.show_rows()
        if self._found:
            self.go_to(self._found[0].key)
        self.post_message(self.Filtered(self, self.filter_text))

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.table.focus()
        else:
            self.action_clear_filter()

    # --- cursor ---

    @on(VirtualTable.Highlighted)
    def _row_highlighted(self, event: VirtualTable.Highlighted) -> None:
        event.stop()
        if self._shown:
            self._move_to(self._shown[self.table.cursor].key)

    @on(VirtualTable.Opened)
    def _row_opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self._shown:
            self.post_message(self.Opened(self, self._shown[self.table.cursor].key))

    def _move_to(self, key: str | None) -> None:
        if key != self._cursor_key:
            self._cursor_key = key
            self.post_message(self.Highlighted(self, key))

    def _restore_cursor(self) -> None:
        if not self._shown:
            self._move_to(None)
            return
        keys = {row.key: place for place, row in enumerate(self._shown)}
        if self._gone is not None and self._gone[1] == self._cursor_key and self._gone[0] in keys:
            self._cursor_key, self._gone = self._gone[0], None
        place = keys.get(self._cursor_key or "")
        if place is None:
            place = min(self.table.cursor, len(self._shown) - 1)
            if self._cursor_key is not None and not self.filter_text:
                self._gone = self._cursor_key, self._shown[place].key
        self.table.cursor = place
        self._move_to(self._shown[place].key)

    # --- rows ---

    def _fit_columns(self) -> None:
        """To all rows, also to those that a filter leaves out: columns that move while one types are hard to follow."""
        rows = self.measured()
        self.table.set_columns(fitted(self._columns, rows), longest(self._columns, rows))

    def measured(self) -> Sequence[Row]:
        """The rows that columns are made to fit."""
        return self._rows

    def arranged(self, found: Sequence[Row] | None) -> Sequence[Row]:
        """What is shown of what a filter found, best match first; None without a filter."""
        return self._rows if found is None else found

    def show_rows(self) -> None:
        """Show what the filter lets through."""
        terms, words = split_terms(self.filter_text, self._fields)
        query = Query(words)
        found: Sequence[Row] | None = None
        if query or terms:
            found = [self._rows[place] for place in query.select(self._searched())] if query else self._rows
            found = [row for row in found if all(term.fits(row.fields) for term in terms)]
        self._found = found or ()
        self._shown = self.arranged(found)
        self.border_subtitle = Content(f"{len(found)}/{len(self._rows)}" if found is not None else "")
        self._say_why_empty()
        self.table.set_highlight(query.places_in if query else None)
        self.table.set_count(len(self._shown))
        self._restore_cursor()

    def _searched(self) -> Sequence[Searchable]:
        """What the filter looks at; made when somebody filters."""
        if self._searchables is None:
            self._searchables = [row.searchable() for row in self._rows]
        return self._searchables

    def _say_why_empty(self) -> None:
        if not self._shown and self.table.has_focus:
            # Textual gives it away with the hidden table: to the filter, which takes the keys of the screen as text.
            self.call_after_refresh(self.table.focus)
        self.set_class(not self._shown, "-empty")
        if self._shown:
            return
        empty = self._empty
        if self._rows:
            filter_text = one_line(self.filter_text, limit=40)
            empty = EmptyState.content_of("No match", f"Nothing here matches “{filter_text}”.", [("esc", "clear")])
        self.query_one(EmptyState).update(empty)
