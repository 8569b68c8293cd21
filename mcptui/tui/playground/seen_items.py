"""The lists of the Test mode: the tools, prompts and resources that a key sees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from textual.content import Content

from mcptui.model.runtime import Listed
from mcptui.protocol.text import one_line
from mcptui.tui.call_to_test import CallToTest
from mcptui.tui.playground.items import TABS, Item, items
from mcptui.tui.widgets.cells import Cell, Row
from mcptui.tui.widgets.empty_state import EmptyState

NOT_RUNNING: Final = EmptyState.content_of(
    "The gateway is not running", "Tools are listed and called through the gateway.", [("5", "Gateway")]
)


@dataclass(frozen=True, slots=True)
class SeenItems:
    """What a key sees, by the items' keys, with the rows of every tab; ``empty`` says why there is nothing.

    ``read_as`` is the key, or None for the owner; empty until the gateway has answered what it is asked now.
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    rows: Mapping[str, list[Row]] = field(default_factory=lambda: {tab: [] for tab in TABS})
    empty: Content = NOT_RUNNING
    read_as: str | None = ""

    @classmethod
    def of(cls, listed: Listed, key: str | None) -> SeenItems:
        """What ``key`` sees, or everything for None. Of thousands of tools this takes a moment."""
        found = items(listed)
        rows: dict[str, list[Row]] = {tab: [] for tab in TABS}
        for item in found.values():
            rows[item.tab].append(_row(item))
        return cls(found, rows, _nothing_seen(key), key)

    def marked(self, tab: str, subscribed: Collection[str], updated: Collection[str]) -> list[Row]:
        """The rows of a tab; ``●`` is before subscribed resources, ``▲`` before those that were updated."""
        if tab != "resources" or not subscribed:
            return self.rows[tab]
        marks = {**dict.fromkeys(subscribed, "● "), **dict.fromkeys(updated, "▲ ")}
        return [_row(item, marks.get(item.name, "  ")) for item in self.items.values() if item.tab == tab]

    def get(self, key: str | None) -> Item | None:
        """The item with this key; None where there is none."""
        return self.items.get(key) if key is not None else None

    def find(self, call: CallToTest) -> Item | None:
        """What ``call`` names; None where the key does not see it."""
        names = [item for item in self.items.values() if item.tab == call.tab and item.server == call.server]
        return next((item for item in names if call.name in (item.name_there, item.name)), None)


def _row(item: Item, mark: str = "") -> Row:
    name = Cell(item.name, "accent" if mark.strip() else "plain", mark)
    return Row(item.key, {"name": name}, search=f"{item.title} {item.description}")


def _nothing_seen(key: str | None) -> Content:
    if key is None:
        text = "No server is ready, or the servers have none."
        return EmptyState.content_of("Nothing here", text, [("1", "Servers"), ("r", "reload")])
    text = f"The key {one_line(key, limit=40)} sees none."
    return EmptyState.content_of("Nothing here", text, [("2", "Access"), ("r", "reload")])
