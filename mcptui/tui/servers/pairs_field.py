"""Names with values, one row each: headers and variables."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from mcptui.secrets.recognition import looks_like_secret
from mcptui.tui.servers.form_model import Pairs
from mcptui.tui.widgets.secret_field import SecretField


class PairRow(Horizontal):
    """One name with its value; the value is covered where it looks like a secret."""

    DEFAULT_CSS = """
    PairRow { height: 1; & > .pair-name { width: 2fr; margin-right: 1; } & > SecretField { width: 3fr; } }
    """

    def __init__(self, name: str = "", value: str = "") -> None:
        super().__init__()
        self._start = (name, value)

    def compose(self) -> ComposeResult:
        name, value = self._start
        yield Input(name, placeholder="name", compact=True, classes="pair-name")
        yield SecretField(value, placeholder="value", is_secret=self._is_secret)

    @property
    def pair(self) -> tuple[str, str]:
        """Name and value as they stand."""
        if not self.is_mounted:
            return self._start
        return self.query_one(".pair-name", Input).value, self.query_one(SecretField).value

    def _is_secret(self, value: str) -> bool:
        return looks_like_secret(self.pair[0], value)

    @on(Input.Changed, ".pair-name")
    def _another_name(self) -> None:
        self.query_one(SecretField).cover()


class PairsField(Vertical):
    """Rows of pairs with an empty one at the end; a row without a name does not count."""

    DEFAULT_CSS = "PairsField { height: auto; width: 1fr; }"

    class Changed(Message):
        """A name or value is different."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)

    def compose(self) -> ComposeResult:
        yield PairRow()

    @property
    def pairs(self) -> Pairs:
        """The rows that have a name."""
        return tuple(row.pair for row in self.query(PairRow) if row.pair[0].strip())

    async def fill(self, pairs: Pairs) -> None:
        """Replace all rows."""
        if pairs == self.pairs:
            return
        with self.prevent(Input.Changed):
            await self.remove_children()
            await self.mount_all([*(PairRow(*pair) for pair in pairs), PairRow()])

    @on(Input.Changed)
    async def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if all(row.pair != ("", "") for row in self.query(PairRow)):
            await self.mount(PairRow())
        self.post_message(self.Changed())
