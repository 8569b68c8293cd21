"""The Test mode: calls, typed or from the form, their results, and what was called earlier."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.protocol.text import one_line
from mcptui.state.loaded import Loaded
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.call_to_test import CallToTest, Tab
from mcptui.tui.keys.actions import bindings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.playground.compare import CompareDialog
from mcptui.tui.playground.differences import by_key
from mcptui.tui.playground.item_form import ItemForm
from mcptui.tui.playground.items import TABS, Item, by_name
from mcptui.tui.playground.listening import Listening
from mcptui.tui.playground.mode import TEST
from mcptui.tui.playground.result_pane import ResultPane
from mcptui.tui.playground.seen_items import NOT_RUNNING, SeenItems
from mcptui.tui.playground.typed_dialog import TypedCallDialog
from mcptui.tui.shell.panes import Split
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Column
from mcptui.tui.widgets.dialogs import TextDialog
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.key_select import KeySelect
from mcptui.tui.widgets.log_pane import LogPane
from mcptui.tui.widgets.tab_line import TabLine


class PlaygroundScreen(Listening):
    """The Test mode: on the left what a key sees, on the right the form for one of it, below the result."""

    # pytest would collect a class of this name.
    __test__ = False

    MODE = TEST
    ACTIONS = TEST.actions
    BINDINGS: ClassVar[list[BindingType]] = bindings(TEST.actions)
    AUTO_FOCUS = "FilterTable > VirtualTable"
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012  Textual declares it as an instance's
    DEFAULT_CSS = """
    PlaygroundScreen #as-row { height: 1; padding: 0 1; }
    PlaygroundScreen #as-row > .label { width: auto; padding-right: 1; color: $foreground-muted; }
    PlaygroundScreen #lists { width: 34%; min-width: 22; max-width: 52; }
    PlaygroundScreen #tabs { width: 1fr; margin-left: 2; }
    PlaygroundScreen #work { width: 1fr; }
    PlaygroundScreen ResultPane { height: 1fr; display: none; }
    PlaygroundScreen.-has-result ResultPane { display: block; }
    PlaygroundScreen.-short.-has-result #about { display: none; }
    PlaygroundScreen #heard { height: 8; display: none; }
    PlaygroundScreen.-short #heard { height: 5; }
    PlaygroundScreen.-hears #heard { display: block; }
    PlaygroundScreen.-narrow #lists { width: 22; }
    """
    PANES = ("#lists", "ItemForm", "ResultPane", "#heard")
    SPLITS = (Split("test.result", "ItemForm", "ResultPane"), Split("test.lists", "#lists", "#work"))
    HELP = """
# Test

Select a key, then a tool, prompt or resource that this key can use; fill in the form and run it.

`delete` in an empty field unsets it, `ctrl+n` sets a nullable field to null, `ctrl+t` shows the arguments as JSON.
JSON is sent without validation.

What servers say outside of calls is shown below; **N** hides it. **+** subscribes to a resource, **J** reads the one
that was updated.
"""

    tabs = getters.query_one("#tabs", TabLine)
    table = getters.query_one(FilterTable)

    def __init__(self) -> None:
        super().__init__()
        #: Of the tab that is about to be shown.
        self._next_filter = ""
        self._seen = SeenItems()
        #: What is to be shown once the lists have been read.
        self._wanted: CallToTest | None = None
        #: What the lists were read for, so that they are read again only when it changed.
        self._read_for: tuple[object, ...] = ()

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="as-row"):
            yield Static(Content("Test as"), classes="label")
            yield KeySelect()
            yield TabLine(TABS, id="tabs")
        with Horizontal():
            columns = [Column("name", limit=60, flexible=True)]
            yield FilterTable(TABS["tools"], columns, empty=NOT_RUNNING, id="lists")
            with Vertical(id="work"):
                yield ItemForm(QuestionDesk(self))
                yield ResultPane()
                yield LogPane("Notifications", id="heard")

    @property
    def sees_something(self) -> bool:
        """Whether there is anything that could be called."""
        return bool(self._seen.items)

    # --- lists ---

    def state_changed(self, loaded: Loaded) -> None:
        self._look_again()

    def gateway_changed(self, view: GatewayView) -> None:
        self._look_again()

    def testing_key_changed(self, key: str | None) -> None:
        self._look_again()

    def _look_again(self) -> None:
        """Read the lists when something changed that they depend on."""
        self.listen_again()
        status = self.app.gateway_view.status
        if status is None:
            self._read_for = ()
            self._show_lists(SeenItems())
            return
        servers = tuple((server.name, server.state, server.tools) for server in status.servers)
        read_for = (self.app.testing_key, self.app.loaded.revision, status.instance_id, status.revision, servers)
        if read_for != self._read_for:
            self._read_for = read_for
            self._seen = replace(self._seen, read_as="")
            self.load_lists()

    @background(group="lists", exclusive=True)
    async def load_lists(self) -> None:
        """Read what the chosen key sees."""
        key = self.app.testing_key
        listed = await self.context.gateway.listed(key)
        self._show_lists(await asyncio.to_thread(SeenItems.of, listed, key))

    def _show_lists(self, seen: SeenItems) -> None:
        self._seen = seen
        self.table.set_empty(seen.empty)
        for tab, title in TABS.items():
            self.tabs.set_label(tab, f"{title} {len(seen.rows[tab])}")
        self._show_tab()
        self.open_wanted()

    @on(TabLine.Chosen, "#tabs")
    def _tab_chosen(self) -> None:
        self.table.drop_filter()
        self._show_tab()
        if self._next_filter:
            self.table.filter_by(self._next_filter)
            self._next_filter = ""

    def _show_tab(self) -> None:
        status = self.app.gateway_view.status
        malformed = sum(server.left_out for server in status.servers) if status is not None else 0
        warning = toned(f" · {malformed} malformed omitted", "warn") if malformed else Content("")
        self.table.border_title = Content(TABS[self.tabs.current]) + warning
        self._mark_rows()
        self._choose(self.table.cursor_key)

    def _mark_rows(self) -> None:
        self.table.set_rows(self._seen.marked(self.tabs.current, self.subscribed, self.updated))

    def show_subscriptions(self) -> None:
        super().show_subscriptions()
        self._mark_rows()

    def find_resource(self, uri: str) -> Item:
        item = self._seen.get(f"resources:{uri}") or Item("resources", uri)
        self.open_item("resources", uri)
        self.form.choose(item)
        return item

    @on(FilterTable.Highlighted)
    def _highlighted(self) -> None:
        self._choose(self.table.cursor_key)  # it may have moved on

    @on(FilterTable.Opened)
    def _opened(self) -> None:
        self.form.arguments.focus_first()

    def _choose(self, key: str | None) -> None:
        item = self._seen.get(key)
        if item != self.item:
            self.form.choose(item)
            self.refresh_bindings()

    def open_item(self, tab: Tab, name: str) -> None:
        """Put the cursor on one thing."""
        self.tabs.current = tab
        self.table.select(f"{tab}:{name}")
        self._choose(f"{tab}:{name}")

    def open_call(self, call: CallToTest) -> None:
        """Show what ``call`` names, and its arguments in the form; as soon as the lists have been read."""
        self._wanted = call
        self._look_again()  # what was listed before can be gone
        self.open_wanted()

    @background(group="wanted")
    async def open_wanted(self) -> None:
        """Show what is to be shown, where the selected key sees it."""
        call = self._wanted
        if call is None or self._seen.read_as != self.app.testing_key:
            return
        self._wanted = None
        item = self._seen.find(call)
        if item is None:
            who = f"key {self.app.testing_key}" if self.app.testing_key else "the owner"
            self.app.say(f"{one_line(call.name, limit=60)} of {call.server} is not listed for {who}.")
            return
        self.table.drop_filter()
        if call.arguments is not None:
            # As a draft too: the form may be built before or after this.
            self.form.memory.keep(item.key, call.arguments)
        self.open_item(item.tab, item.name)
        if call.arguments is not None:
            await self.form.fill_in(item, call.arguments)
            self.form.arguments.focus_first()
        if words := ". ".join(part for part in (call.note, call.to_do) if part):
            self.app.say(words)
        if call.to_do:
            self.form.run_bar.warn(call.to_do)

    def reveal(self, kind: str, name: str) -> None:
        """Show the tools with the prefix of a server."""
        if self.tabs.current == "tools":
            self.table.filter_by(name)
        else:
            self._next_filter = name
            self.tabs.current = "tools"

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
        self._read_for = ()
        self._look_again()

    def action_step_tab(self, by: int) -> None:
        """Show the next or previous list, or view of the result where the focus is in it."""
        if self.result.has_pseudo_class("focus-within"):
            self.result.tabs.action_step(by)
        else:
            self.tabs.action_step(by)

    def action_compare_keys(self) -> None:
        """Show what two keys see, side by side."""
        other = next((name for name in self.state.keys if name != self.app.testing_key), None)
        self.app.push_screen(CompareDialog(self.app.testing_key, other))

    # --- calls ---

    def action_run(self) -> None:
        """Send the request."""
        self.form.run()

    @on(ItemForm.Began)
    def _call_began(self) -> None:
        self.refresh_bindings()

    @on(ItemForm.Ended)
    def _call_ended(self, event: ItemForm.Ended) -> None:
        if event.outcomes and event.item.tab == "resources":
            self.was_read(event.outcomes[-1].facts.request.params.get("uri"))
        for outcome in event.outcomes:
            self.earlier.add(event.item, outcome)
            self.show_outcome(outcome)
        if len(event.outcomes) == 2:
            self.show_difference(*event.outcomes, labels=by_key(event.outcomes))
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Cancel the running call; the server is notified."""
        self.form.cancel()

    def action_back(self) -> None:
        """Go to the list."""
        self.table.table.focus()

    # --- arguments ---

    @background(group="dialog")
    async def action_type_call(self) -> None:
        """Type a call on one line; it fills in the form."""
        line = f"{self.item.name} " if self.item is not None and self.item.tab != "resources" else ""
        typed = await self.app.push_screen_wait(TypedCallDialog(by_name(self._seen.items.values()), line))
        if typed is None:
            return
        # As a draft too: the form of another item may be built before or after this.
        self.form.memory.keep(typed.item.key, typed.arguments)
        self.open_item(typed.item.tab, typed.item.name)
        await self.form.fill_in(typed.item, typed.arguments)
        if typed.run:
            self.action_run()
        else:
            self.form.run_bar.button.focus()
