"""The lists of the Test mode: what a key sees, and the form for the one under the cursor."""

from __future__ import annotations

import asyncio
import json

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.protocol.text import one_line, visible
from mcptui.schema import build
from mcptui.state.loaded import Loaded
from mcptui.tui.background import background
from mcptui.tui.form.arguments import ArgumentsEditor
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.playground.compare import CompareDialog
from mcptui.tui.playground.items import TABS, Item, Tab, items
from mcptui.tui.playground.memory import ArgumentMemory
from mcptui.tui.playground.result_pane import ResultPane
from mcptui.tui.playground.run_bar import RunBar
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.dialogs import TextDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.filter_table import REST_SECONDS, FilterTable
from mcptui.tui.widgets.key_select import KeySelect
from mcptui.tui.widgets.tab_line import TabLine


class ListsScreen(ModeScreen):
    """Key, lists, form and the place of the result; what is run comes with :class:`PlaygroundScreen`."""

    AUTO_FOCUS = "FilterTable > VirtualTable"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012  Textual declares it as an instance's
    DEFAULT_CSS = """
    ListsScreen #as-row { height: 1; padding: 0 1; }
    ListsScreen #as-row > .label { width: auto; padding-right: 1; color: $foreground-muted; }
    ListsScreen #lists { width: 34%; min-width: 22; max-width: 52; }
    ListsScreen #tabs { width: 1fr; margin-left: 2; }
    ListsScreen #work { width: 1fr; }
    ListsScreen #item { height: 1fr; min-height: 6; border: round $border-blurred; }
    ListsScreen #item { border-title-color: $foreground-muted; }
    ListsScreen #item:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
    ListsScreen #about { height: auto; max-height: 5; padding: 0 1 1 1; }
    ListsScreen #item.-none > ArgumentsEditor, ListsScreen #item.-none > RunBar { display: none; }
    ListsScreen ArgumentsEditor { height: 1fr; }
    ListsScreen ResultPane { height: 1fr; display: none; }
    ListsScreen.-has-result ResultPane { display: block; }
    ListsScreen.-zoomed ResultPane { height: 4fr; }
    ListsScreen.-zoomed #about, ListsScreen.-short.-has-result #about { display: none; }
    ListsScreen.-narrow #lists { width: 22; }
    """
    HELP = """
# Test

Choose a key, then a tool, prompt or resource that this key sees; fill in the form and run it.

`delete` in an empty field makes it unset, `ctrl+n` makes a nullable one null, `ctrl+t` shows the same arguments
as JSON. JSON is sent as it is, also where the form would complain.
"""

    tabs = getters.query_one("#tabs", TabLine)
    table = getters.query_one(FilterTable)
    about = getters.query_one("#about", Static)
    arguments = getters.query_one(ArgumentsEditor)
    run_bar = getters.query_one(RunBar)
    result = getters.query_one(ResultPane)

    def __init__(self) -> None:
        super().__init__()
        self.item: Item | None = None
        self._items: dict[str, Item] = {}
        self._rows = _rows({})
        self._memory = ArgumentMemory()
        self._building = asyncio.Lock()
        self._seen: tuple[object, ...] = ()

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="as-row"):
            yield Static(Content("Test as"), classes="label")
            yield KeySelect()
            yield TabLine(TABS, id="tabs")
        with Horizontal():
            yield FilterTable("Tools", [Column("name", limit=60, flexible=True)], empty=_not_running(), id="lists")
            with Vertical(id="work"):
                with Vertical(id="item", classes="-none") as box:
                    box.border_title = Content("Nothing chosen")
                    yield Static(id="about")
                    yield ArgumentsEditor()
                    yield RunBar()
                yield ResultPane()

    # --- lists ---

    def state_changed(self, loaded: Loaded) -> None:
        self._look_again()

    def gateway_changed(self, view: GatewayView) -> None:
        self._look_again()

    def testing_key_changed(self, key: str | None) -> None:
        self._look_again()

    def _look_again(self) -> None:
        """Read the lists when something changed that they depend on."""
        status = self.app.gateway_view.status
        if status is None:
            self._seen = ()
            self._show_lists({}, _rows({}), _not_running())
            return
        servers = tuple((server.name, server.state, server.tools) for server in status.servers)
        seen = (self.app.testing_key, self.app.loaded.revision, status.instance_id, status.revision, servers)
        if seen != self._seen:
            self._seen = seen
            self.load_lists()

    @background(group="lists", exclusive=True)
    async def load_lists(self) -> None:
        """Read what the chosen key sees."""
        key = self.app.testing_key
        listed = await self.context.gateway.listed(key)
        found = await asyncio.to_thread(items, listed)  # of thousands of tools, which takes a moment
        self._show_lists(found, await asyncio.to_thread(_rows, found), _nothing_seen(key))

    def _show_lists(self, found: dict[str, Item], rows: dict[str, list[Row]], empty: Content) -> None:
        self._items = found
        self._rows = rows
        self.table.set_empty(empty)
        for tab, title in TABS.items():
            self.tabs.set_label(tab, f"{title} {len(rows[tab])}")
        self._show_tab()

    def _show_tab(self) -> None:
        status = self.app.gateway_view.status
        malformed = sum(server.left_out for server in status.servers) if status is not None else 0
        warning = toned(f" · {malformed} malformed left out", "warn") if malformed else Content("")
        self.table.border_title = Content(TABS[self.tabs.current]) + warning
        self.table.set_rows(self._rows[self.tabs.current])
        self._choose(self.table.cursor_key)

    @on(TabLine.Chosen, "#tabs")
    def _tab_chosen(self) -> None:
        self._show_tab()

    @on(FilterTable.Highlighted)
    def _highlighted(self, event: FilterTable.Highlighted) -> None:
        self._choose(event.key)

    @on(FilterTable.Opened)
    def _opened(self) -> None:
        self.arguments.focus_first()

    def _choose(self, key: str | None) -> None:
        item = self._items.get(key) if key is not None else None
        if item != self.item:
            self._keep_draft()
            self.item = item
            self.show_item(item)
            self.refresh_bindings()

    def _keep_draft(self) -> None:
        if self.item is not None and self.arguments.shown_key == self.item.key:
            reading = self.arguments.peek()
            if not reading.lossy:
                self._memory.keep(self.item.key, reading.value)

    @background(group="item")
    async def show_item(self, item: Item | None) -> None:
        """Build the form for ``item``, unless the cursor only passes by."""
        await asyncio.sleep(REST_SECONDS)
        # Not cancelled half-way: Textual would end the widgets that are being removed in a wrong state.
        async with self._building:
            if item is not self.item:
                return
            box = self.query_one("#item")
            box.set_class(item is None, "-none")
            box.border_title = Content(one_line(item.name, limit=80) if item else "Nothing chosen")
            self.about.update(_about(item) if item else Content(""))
            if item is not None:
                await self.arguments.load(build(item.schema), self._memory.draft(item.key), key=item.key)

    # --- actions on the lists ---

    def action_describe(self) -> None:
        """Show the whole description and the schema."""
        if self.item is not None:
            raw = json.dumps(self.item.raw, ensure_ascii=False, indent=2)
            text = "\n\n".join(part for part in (self.item.title, self.item.description, raw) if part)
            self.app.push_screen(TextDialog(one_line(self.item.name, limit=80), text))

    def action_choose_key(self) -> None:
        """Put the focus on the choice of the key."""
        self.query_one(KeySelect).focus()

    def action_filter(self) -> None:
        """Filter the list."""
        self.table.action_filter()

    def action_refresh_lists(self) -> None:
        """Read the lists now."""
        self._seen = ()
        self._look_again()

    def action_step_tab(self, by: int) -> None:
        """Show the next or previous list."""
        self.tabs.action_step(by)

    def action_compare_keys(self) -> None:
        """Show what two keys see, side by side."""
        other = next((name for name in self.state.keys if name != self.app.testing_key), None)
        self.app.push_screen(CompareDialog(self.app.testing_key, other))

    def open_item(self, tab: Tab, name: str) -> None:
        """Put the cursor on one thing."""
        self.tabs.current = tab
        self.table.select(f"{tab}:{name}")
        self._choose(f"{tab}:{name}")


def _rows(found: dict[str, Item]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {tab: [] for tab in TABS}
    for item in found.values():
        rows[item.tab].append(_row(item))
    return rows


def _row(item: Item) -> Row:
    return Row(item.key, {"name": Cell(item.name)}, search=f"{item.title} {item.description}")


def _about(item: Item) -> Content:
    title = one_line(item.title, limit=80)
    head = [toned(title, "strong")] if title and title != item.name else []
    source = [f"server {item.server}"] if item.server else []
    head.append(toned(one_line(" · ".join([*source, *item.hints]), limit=200), "muted"))
    lines = [Content("  ").join(part for part in head if part)]
    if item.description:
        lines.append(Content(visible(item.description, limit=600)))
    return Content("\n").join(line for line in lines if line)


def _not_running() -> Content:
    return EmptyState.content_of("The gateway is not running", "Lists and calls go through it.", [("5", "Gateway")])


def _nothing_seen(key: str | None) -> Content:
    if key is None:
        text = "No server is ready, or the servers offer none."
        return EmptyState.content_of("Nothing here", text, [("1", "Servers"), ("r", "look again")])
    text = f"The key {one_line(key, limit=40)} sees none."
    return EmptyState.content_of("Nothing here", text, [("2", "Access"), ("r", "look again")])
