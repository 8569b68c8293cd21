"""The tools, prompts and resources of two keys, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Select, Static

from mcptui.model.runtime import JsonObject, Listed
from mcptui.protocol.text import one_line
from mcptui.schema import same
from mcptui.tui.background import background
from mcptui.tui.keys import meanings
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import Tone
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.key_select import OWNER

_KINDS: Final = (
    ("tool", "tools", "name"),
    ("prompt", "prompts", "name"),
    ("resource", "resources", "uri"),
    ("template", "templates", "uriTemplate"),
)
_WORDS: Final[Mapping[str, tuple[str, str, Tone]]] = {
    "both": ("yes", "yes", "plain"),
    "first": ("yes", "–", "warn"),
    "second": ("–", "yes", "warn"),
    "differs": ("yes", "differs", "warn"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing and who sees it; ``differs``: both, but not the same description or schema."""

    kind: str
    name: str
    by: Literal["both", "first", "second", "differs"]


def compare(first: Listed, second: Listed) -> list[Seen]:
    """Everything that either list has, in the order of the first one."""
    return [seen for kind, field, name in _KINDS for seen in _compare(kind, field, name, first, second)]


def _compare(kind: str, field: str, name: str, first: Listed, second: Listed) -> Iterator[Seen]:
    left, right = _by_name(getattr(first, field), name), _by_name(getattr(second, field), name)
    for key, entry in left.items():
        if key not in right:
            yield Seen(kind, key, "first")
        else:
            yield Seen(kind, key, "both" if same(entry, right[key]) else "differs")
    for key in right:
        if key not in left:
            yield Seen(kind, key, "second")


def _by_name(entries: Any, name: str) -> dict[str, JsonObject]:
    return {entry[name]: entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get(name), str)}


class CompareDialog(ModalScreen[None]):
    """Two keys to choose, and what they see below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Close"),
        meanings.DIFFERENCES.bind("only_differences", "Only differences"),
    ]
    DEFAULT_CSS = """
    CompareDialog { align: center middle; }
    CompareDialog > Vertical {
        width: 90%; height: 85%; background: $surface; border: round $primary; border-title-style: bold; padding: 0 1;
    }
    CompareDialog #keys { height: 1; margin-bottom: 1; }
    CompareDialog #keys > Static { width: auto; padding: 0 1; color: $foreground-muted; }
    CompareDialog Select { width: 1fr; max-width: 36; }
    """
    app = getters.app(Shell)
    table = getters.query_one(FilterTable)

    def __init__(self, first: str | None, second: str | None) -> None:
        super().__init__()
        self._chosen = (first or OWNER, second or OWNER)
        self._seen: list[Seen] = []
        self._only_differences = False

    def compose(self) -> ComposeResult:
        names = [(Text("owner (all servers)"), OWNER)]
        names += [(Text(f"key {one_line(name, limit=60)}"), name) for name in self.app.state.keys]
        with Vertical() as box:
            box.border_title = Content("Compare two keys")
            box.border_subtitle = Content("D only differences · / filter · esc close")
            with Horizontal(id="keys"):
                yield Select(names, value=self._chosen[0], allow_blank=False, compact=True, id="first")
                yield Static(Content("with"))
                yield Select(names, value=self._chosen[1], allow_blank=False, compact=True, id="second")
            columns = [
                Column("kind", "", 8),
                Column("name", "Name", limit=80, flexible=True),
                Column("first", "Left", 12),
                Column("second", "Right", 12),
            ]
            yield FilterTable("Loading", columns, empty=Content(""), classes="-framed-outside")

    def on_mount(self) -> None:
        self.table.table.focus()
        self.load()

    @on(Select.Changed)
    def _another_key(self, event: Select.Changed) -> None:
        event.stop()
        first, second = (str(self.query_one(f"#{side}", Select).value) for side in ("first", "second"))
        if (first, second) != self._chosen:  # it also says what it shows first
            self._chosen = first, second
            self.load()

    @background(group="compare", exclusive=True)
    async def load(self) -> None:
        """Ask for both lists."""
        gateway = self.app.context.gateway
        first, second = [await gateway.listed(None if name == OWNER else name) for name in self._chosen]
        self._seen = compare(first, second)
        self._show()

    def action_only_differences(self) -> None:
        """Leave out what both see, or show it again."""
        self._only_differences = not self._only_differences
        self._show()

    def action_close(self) -> None:
        """Back to the lists."""
        self.dismiss(None)

    def _show(self) -> None:
        shown = [seen for seen in self._seen if seen.by != "both" or not self._only_differences]
        different = sum(1 for seen in self._seen if seen.by != "both")
        self.table.border_title = Content(f"{different} of {len(self._seen)} differ")
        text = (
            "Both keys see the same tools, prompts and resources."
            if self._seen
            else "Neither key sees any tool, prompt or resource."
        )
        self.table.set_empty(EmptyState.content_of("Nothing to show", text))
        self.table.set_rows([_row(seen) for seen in shown])


def _row(seen: Seen) -> Row:
    left, right, tone = _WORDS[seen.by]
    cells = {
        "kind": Cell(seen.kind, "muted"),
        "name": Cell(seen.name),
        "first": Cell(left, tone),
        "second": Cell(right, tone),
    }
    return Row(f"{seen.kind}:{seen.name}", cells)
