"""A filtered table whose rows form a tree that can be folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from mcptui.tui.keys import meanings
from mcptui.tui.widgets.cells import Column, Row
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.tree_rows import TreeRows


class TreeTable(FilterTable):
    """``right`` unfolds a row or goes below it, ``left`` folds it or goes to the row above; with ``shift`` all rows.

    A filter shows what it finds with the rows above it, folded or not.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.RIGHT.bind("unfold", "Unfold"),
        meanings.LEFT.bind("fold", "Fold"),
        meanings.UNFOLD_ALL.bind("unfold_all", "Unfold all"),
        meanings.FOLD_ALL.bind("fold_all", "Fold all"),
    ]

    @dataclass
    class Unfolded(Message):
        """Rows were unfolded; what is below them may still be missing."""

        table: TreeTable

        @property
        def control(self) -> TreeTable:
            return self.table

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        *,
        tree: str,
        empty: Content,
        fields: Sequence[str] = (),
        folded: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(title, columns, empty=empty, fields=fields, id=id)
        self._column = tree
        self._starts_folded = folded
        #: The rows that are not as they start.
        self._turned: set[str] = set()
        self._tree = TreeRows((), tree)

    def is_folded(self, key: str) -> bool:
        """Whether the rows below ``key`` are hidden where no filter finds them."""
        return (key in self._turned) is not self._starts_folded

    def set_rows(self, rows: Sequence[Row]) -> None:
        self._tree = TreeRows(rows, self._column)
        super().set_rows(rows)

    def select(self, key: str) -> None:
        """As of the list; what the row is below is unfolded."""
        folded, above = [], self._tree.above(key)
        while above:
            folded += [above] if self.is_folded(above) else []
            above = self._tree.above(above)
        if folded:
            self._turn(*folded)
        super().select(key)

    def measured(self) -> Sequence[Row]:
        return self._tree.whole()

    def arranged(self, found: Sequence[Row] | None) -> Sequence[Row]:
        return self._tree.shown(self.is_folded, found)

    def _turn(self, *keys: str) -> None:
        self._turned ^= set(keys)
        self.show_rows()
        self.post_message(self.Unfolded(self))

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("fold", "unfold", "fold_all", "unfold_all"):
            return bool(self._tree.branches)
        return super().check_action(action, parameters)

    @property
    def _row(self) -> Row | None:
        return next((row for row in self._rows if row.key == self.cursor_key), None)

    def action_unfold(self) -> None:
        """Show what is below the row; where it is shown, go there."""
        row = self._row
        if row is None or not self._tree.is_branch(row):
            return
        if self.is_folded(row.key):
            self._turn(row.key)
        else:
            self.table.action_move_row(1)

    def action_fold(self) -> None:
        """Hide what is below the row; where nothing is, go to the row above."""
        row = self._row
        if row is None:
            return
        if self._tree.is_branch(row) and not self.is_folded(row.key):
            self._turn(row.key)
        elif above := self._tree.above(row.key):
            self.go_to(above)

    def action_unfold_all(self) -> None:
        """Unfold all rows."""
        self._turn(*(key for key in self._tree.branches if self.is_folded(key)))

    def action_fold_all(self) -> None:
        """Fold all rows."""
        top = self.cursor_key
        while top is not None and (above := self._tree.above(top)):
            top = above
        self._turn(*(key for key in self._tree.branches if not self.is_folded(key)))
        if top is not None:
            self.go_to(top)
