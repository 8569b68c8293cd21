"""Names with values, one row each: headers, variables, tools by server."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from mcptui.state.literals import secrets_in_pair
from mcptui.tui.settings.text import Pairs
from mcptui.tui.widgets.field_keys import LineInput
from mcptui.tui.widgets.secret_field import SecretField


class PairRow(Horizontal):
    """One name with its value; the value is covered where it looks like a secret."""

    DEFAULT_CSS = """
    PairRow { height: 1; & > .pair-name { width: 2fr; margin-right: 1; } & > SecretField { width: 3fr; } }
    """

    def __init__(self, placeholders: tuple[str, str], name: str = "", value: str = "") -> None:
        super().__init__()
        self._placeholders = placeholders
        self._start = (name, value)

    def compose(self) -> ComposeResult:
        name, value = self._start
        name_words, value_words = self._placeholders
        with self.prevent(Input.Changed):  # what it begins with is no change
            yield LineInput(name, placeholder=name_words, compact=True, classes="pair-name")
            yield SecretField(value, placeholder=value_words, is_secret=self._is_secret)

    @property
    def pair(self) -> tuple[str, str]:
        """Name and value as they stand."""
        if not self.is_mounted:
            return self._start
        return self.query_one(".pair-name", Input).value, self.query_one(SecretField).value

    def _is_secret(self, value: str) -> bool:
        return any(secrets_in_pair(self.pair[0], value))

    @on(Input.Changed, ".pair-name")
    def _another_name(self) -> None:
        self.query_one(SecretField).cover()


class PairsField(Vertical):
    """Rows of pairs with an empty one at the end; a row without a name does not count.

    Args:
        placeholders: what stands in the empty row.
        pairs: what it holds at first.
    """

    DEFAULT_CSS = "PairsField { height: auto; width: 1fr; }"

    class Changed(Message):
        """A name or value is different."""

    def __init__(self, placeholders: tuple[str, str] = ("name", "value"), pairs: Pairs = (), *, id: str) -> None:
        super().__init__(id=id)
        self._placeholders = placeholders
        self._start = pairs

    def compose(self) -> ComposeResult:
        yield from self._rows(self._start)

    def _rows(self, pairs: Pairs) -> list[PairRow]:
        return [PairRow(self._placeholders, *pair) for pair in (*pairs, ("", ""))]

    @property
    def pairs(self) -> Pairs:
        """The rows that have a name."""
        pairs = (row.pair for row in self.query(PairRow)) if self.is_mounted else self._start
        return tuple(pair for pair in pairs if pair[0].strip())

    async def fill(self, pairs: Pairs) -> None:
        """Replace all rows."""
        if pairs == self.pairs:
            return
        with self.prevent(Input.Changed):
            await self.remove_children()
            await self.mount_all(self._rows(pairs))

    @on(Input.Changed)
    async def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if all(row.pair != ("", "") for row in self.query(PairRow)):
            await self.mount(PairRow(self._placeholders))
        self.post_message(self.Changed())
