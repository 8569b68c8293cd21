"""What every editor of a form field can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from textual.containers import Vertical
from textual.message import Message

from mcptui.schema import Field, MaybeJson, Problem

if TYPE_CHECKING:
    from mcptui.tui.form.row import FieldRow

Path: TypeAlias = tuple[str | int, ...]


class Editor(Vertical):
    """Shows and changes one value."""

    DEFAULT_CSS = """
    Editor { height: auto; }
    """

    @dataclass
    class Changed(Message):
        """The person changed the value; ``by_row``: the row did it, by unsetting it or making it null."""

        editor: Editor
        by_row: bool = False

        @property
        def control(self) -> Editor:
            return self.editor

    @dataclass
    class Unset(Message):
        """The person wants the field to have no value."""

        editor: Editor

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        """The value; where the input stands for none, a problem is added and the value is unset."""
        raise NotImplementedError

    def clear(self) -> None:
        """Make the value unset."""
        raise NotImplementedError

    def show_null(self, is_null: bool) -> None:
        """Tell by more than the row's word that null is sent instead of the value."""

    def describe(self) -> str:
        """A word for a value that cannot be seen, such as "unset" or "empty text"."""
        return "" if self.is_set else "unset"

    @property
    def is_set(self) -> bool:
        """Whether the field is sent at all."""
        raise NotImplementedError

    def rows(self) -> Sequence[FieldRow]:
        """The rows of the fields inside, as far as they were built."""
        return ()

    def changed(self) -> None:
        """Tell the row around."""
        self.post_message(self.Changed(self))


class Factory(Protocol):
    """Makes the editors and rows of the fields inside another field."""

    def editor(self, field: Field, value: MaybeJson) -> Editor:
        """The editor that can show ``value``."""

    def row(self, field: Field, value: MaybeJson, *, header: bool = True) -> FieldRow:
        """The editor with its label, description and problems."""
