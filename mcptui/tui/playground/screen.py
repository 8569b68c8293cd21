"""The Test mode: calls, typed or from the form, their results, and what was called earlier."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.model.runtime import Json
from mcptui.protocol.text import one_line
from mcptui.schema import UNSET
from mcptui.services.access import grant_missing
from mcptui.state.loaded import Loaded
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.gateway.call_view import call_content
from mcptui.tui.gateway.calls import call_title
from mcptui.tui.keys.actions import bindings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.playground.compare import CompareDialog
from mcptui.tui.playground.copies import command_line, curl, pytest_function, python
from mcptui.tui.playground.differences import difference
from mcptui.tui.playground.earlier import EarlierDialog
from mcptui.tui.playground.earlier_runs import EarlierRuns
from mcptui.tui.playground.examples import FILE_NAME, Examples
from mcptui.tui.playground.item_form import ItemForm
from mcptui.tui.playground.items import TABS, Item, Tab, by_name
from mcptui.tui.playground.mode import TEST
from mcptui.tui.playground.outcome import Outcome
from mcptui.tui.playground.result_pane import ResultPane
from mcptui.tui.playground.runs import Run
from mcptui.tui.playground.seen_items import NOT_RUNNING, SeenItems
from mcptui.tui.playground.typed_dialog import TypedCallDialog
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Column
from mcptui.tui.widgets.dialogs import TextDialog
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.input_dialog import InputDialog
from mcptui.tui.widgets.key_select import KeySelect
from mcptui.tui.widgets.tab_line import TabLine


class PlaygroundScreen(ModeScreen):
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
    PlaygroundScreen.-zoomed ResultPane { height: 4fr; }
    PlaygroundScreen.-zoomed #about, PlaygroundScreen.-short.-has-result #about { display: none; }
    PlaygroundScreen.-narrow #lists { width: 22; }
    """
    HELP = """
# Test

Select a key, then a tool, prompt or resource that this key can use; fill in the form and run it.

`delete` in an empty field unsets it, `ctrl+n` sets a nullable field to null, `ctrl+t` shows the arguments as JSON.
JSON is sent without validation.
"""

    tabs = getters.query_one("#tabs", TabLine)
    table = getters.query_one(FilterTable)
    form = getters.query_one(ItemForm)
    result = getters.query_one(ResultPane)

    def __init__(self) -> None:
        super().__init__()
        self._seen = SeenItems()
        #: What the lists were read for, so that they are read again only when it changed.
        self._read_for: tuple[object, ...] = ()
        self._earlier = EarlierRuns(self.context, self.app.show_error)

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

    # --- what is going on ---

    @property
    def item(self) -> Item | None:
        """The chosen tool, prompt or resource."""
        return self.form.item

    @property
    def outcome(self) -> Outcome | None:
        """The result that is shown."""
        return self.result.outcome

    @property
    def is_calling(self) -> bool:
        """Whether a call runs."""
        return self.form.is_calling

    @property
    def sees_something(self) -> bool:
        """Whether there is anything that could be called."""
        return bool(self._seen.items)

    @property
    def has_outcome(self) -> bool:
        """Whether a result is shown."""
        return self.outcome is not None

    @property
    def shows_json(self) -> bool:
        """Whether the result that is shown is JSON."""
        return self.result.is_json

    @property
    def text(self) -> str:
        return self.result.current_text()

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
            self._read_for = ()
            self._show_lists(SeenItems())
            return
        servers = tuple((server.name, server.state, server.tools) for server in status.servers)
        read_for = (self.app.testing_key, self.app.loaded.revision, status.instance_id, status.revision, servers)
        if read_for != self._read_for:
            self._read_for = read_for
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

    @on(TabLine.Chosen, "#tabs")
    def _tab_chosen(self) -> None:
        self.table.drop_filter()
        self._show_tab()

    def _show_tab(self) -> None:
        status = self.app.gateway_view.status
        malformed = sum(server.left_out for server in status.servers) if status is not None else 0
        warning = toned(f" · {malformed} malformed omitted", "warn") if malformed else Content("")
        self.table.border_title = Content(TABS[self.tabs.current]) + warning
        self.table.set_rows(self._seen.rows[self.tabs.current])
        self._choose(self.table.cursor_key)

    @on(FilterTable.Highlighted)
    def _highlighted(self, event: FilterTable.Highlighted) -> None:
        self._choose(event.key)

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
        if event.outcome is not None:
            self._earlier.add(event.item, event.outcome)
            self._show_outcome(event.outcome)
        self.refresh_bindings()

    def _show_outcome(self, outcome: Outcome) -> None:
        # First its room, then the text: a long one is not wrapped twice.
        self.add_class("-has-result")
        self.result.show(outcome)
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Cancel the running call; the server is notified."""
        self.form.cancel()

    def action_back(self) -> None:
        """Go to the list."""
        self.table.table.focus()

    # --- arguments ---

    async def action_toggle_json(self) -> None:
        """Show the arguments as form or as JSON."""
        await self.form.arguments.toggle()

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

    @background(group="recall", exclusive=True)
    async def action_recall(self) -> None:
        """Fill in what was run before, in this run of the app or else in earlier ones."""
        if (item := self.item) is None:
            return
        memory = self.form.memory
        if not memory.has_run(item.key):
            for run in reversed(await self._earlier.recorded(item)):
                if run.is_repeatable and item.tab != "resources":
                    memory.ran(item.key, run.outcome.facts.arguments)
        arguments = memory.recall(item.key)
        if arguments is UNSET:
            self.form.run_bar.say("no previous arguments")
        else:
            await self._fill_in(item, arguments)

    async def _fill_in(self, item: Item, arguments: Json) -> None:
        await self.form.fill_in(item, arguments)
        self.form.arguments.focus_first()

    # --- examples and earlier runs ---

    @background(group="dialog")
    async def action_earlier(self) -> None:
        """Choose an example or an earlier run."""
        if (item := self.item) is None:
            return
        examples = await asyncio.to_thread(self._examples.of, item.key)
        runs = await self._earlier.of(item)
        today = datetime.fromtimestamp(self.context.clock()).astimezone().date()
        choice = await self.app.push_screen_wait(EarlierDialog(item.name, examples, runs, today))
        if choice is None:
            return
        if choice.what == "delete" and choice.example is not None:
            await asyncio.to_thread(self._examples.remove, item.key, choice.example)
            self.app.say(f"Example {choice.example} deleted")
        elif choice.run is None:
            await self._fill_in(item, examples.get(choice.example or ""))
        elif choice.what == "diff":
            self._compare_with(choice.run)
        else:
            await self._bring_back(item, choice.run)

    async def _bring_back(self, item: Item, run: Run) -> None:
        """Show an earlier run, and its arguments where they are known."""
        if run.is_repeatable:
            await self._fill_in(item, run.outcome.facts.arguments)
        else:
            self.app.say("Its arguments were redacted or truncated and cannot be reused.")
        self._show_outcome(run.outcome)

    def _compare_with(self, run: Run) -> None:
        if self.outcome is None:
            self.app.say("There is no result to compare it with. Run the tool first.")
        elif not run.is_whole:
            self.app.say("That result was redacted or truncated and cannot be compared.")
        else:
            self._show_difference(run.outcome, self.outcome)

    @background(group="dialog")
    async def action_save_example(self) -> None:
        """Keep the arguments under a name."""
        if (item := self.item) is None or (reading := self.form.arguments.read(complete=False)).lossy:
            return
        text = f"Name for these arguments of {one_line(item.name, limit=60)}. They are saved in plain text."
        if (name := await self.app.push_screen_wait(InputDialog("Save as an example", text))) is not None:
            await asyncio.to_thread(self._examples.save, item.key, name, reading.value)
            self.app.say(f"Example {name} saved; ctrl+g lists it")

    @property
    def _examples(self) -> Examples:
        return Examples(self.context.workspace.paths.state_dir / FILE_NAME)

    # --- the result ---

    def action_zoom(self) -> None:
        """Give the result more room, or less."""
        self.toggle_class("-zoomed")

    def action_diff_results(self) -> None:
        """Compare the shown result with the one before it."""
        if self.item is None or self.outcome is None:
            return
        before = self._earlier.before(self.item, self.outcome)
        if before is None:
            self.app.say("There is no previous result to compare with.")
        else:
            self._show_difference(before.outcome, self.outcome)

    def _show_difference(self, before: Outcome, after: Outcome) -> None:
        self.app.push_screen(TextDialog("Difference", difference(before, after)))

    def action_save_result(self) -> None:
        """Write the result, or something binary in it, to a file."""
        if self.item is not None:
            self.result.save(self.item.name)

    def action_copy_result(self) -> None:
        """Copy the whole text of the shown view."""
        self._copy(self.result.current_text())

    def action_copy_path(self) -> None:
        """Copy where the value under the cursor stands."""
        self._copy(self.result.place_text())

    def action_copy_value(self) -> None:
        """Copy the value under the cursor."""
        self._copy(self.result.value_text())

    def action_copy_command(self) -> None:
        """Copy the call as a command line."""
        if self.item is not None and (request := self.form.request()) is not None:
            self._copy(command_line(self.item, request, self.app.testing_key))

    def action_copy_curl(self) -> None:
        """Copy the call as curl; the key stays out of it."""
        if (request := self.form.request()) is not None:
            self._copy(curl(request, self.state.gateway.base_url))

    def action_copy_python(self) -> None:
        """Copy the call as a Python program; the key stays out of it."""
        if (request := self.form.request()) is not None:
            self._copy(python(request, self.state.gateway.base_url))

    def action_copy_test(self) -> None:
        """Copy the call as a test; it expects the shown result, if that is one of this call."""
        if self.item is not None and (request := self.form.request()) is not None:
            shown = self.outcome
            outcome = shown if shown is not None and shown.facts.request == request else None
            self._copy(pytest_function(self.item, request, outcome, self.state.gateway.base_url))

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.app.say(f"Copied, {len(text)} characters")

    @background(group="dialog")
    async def action_inspect(self) -> None:
        """Show the recorded call behind the result, as the Gateway mode shows it."""
        if self.item is None or self.outcome is None:
            return
        record = await self._earlier.record_behind(self.item, self.outcome)
        if record is None:
            self.app.say("No record of this call: it did not reach the gateway, or its record was deleted.")
            return
        content = call_content(record, grant_missing(self.state, record))
        self.app.push_screen(TextDialog(call_title(record), content.plain))
