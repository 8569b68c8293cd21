"""Live traffic: all recorded calls, the newest first, with a filter."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static
from textual.worker import Worker

from mcptui.call_filter.language import FIELDS, FilterError, parse_filter
from mcptui.call_filter.terms import CallFilter
from mcptui.errors import McptuiError, UnreachableError
from mcptui.model.calls import CallQuery, FoundCalls
from mcptui.model.runtime import CallRecord
from mcptui.protocol.text import counted, visible
from mcptui.tui.background import background
from mcptui.tui.context import AppContext
from mcptui.tui.gateway.calls import COLUMNS, RANK_WIDTHS, call_row
from mcptui.tui.gateway.texts import no_calls
from mcptui.tui.gateway.window import CallWindow
from mcptui.tui.keys import meanings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Row
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.virtual_table import VirtualTable

#: A filter that is still being typed is not looked up at each letter, seconds.
_PAUSE: Final = 0.1
_EXAMPLES: Final = "outcome:failed  server:github  tool:read_*  key:ci  since:1h  -method:tools/list"


class TrafficPane(Vertical):
    """Keeps what it shows: while the cursor is on the newest call it follows, else it stays on its call."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("clear_filter", "Clear the filter")]
    DEFAULT_CSS = """
    TrafficPane {
        border: round $border-blurred; border-title-color: $foreground-muted;
        border-subtitle-color: $foreground-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > VirtualTable { height: 1fr; }
        & > EmptyState { display: none; }
        & > .filter { dock: bottom; height: auto; display: none; }
        & .hint { height: auto; max-height: 3; padding: 0 1; }
        & Input { height: 1; border: none; padding: 0 1; background: $surface; }
        &.-filtering > .filter { display: block; }
        &.-empty > EmptyState { display: block; }
        &.-empty > VirtualTable { display: none; }
    }
    """

    @dataclass
    class Highlighted(Message):
        """The cursor is on another call, or on none."""

        pane: TrafficPane
        record: CallRecord | None

        @property
        def control(self) -> TrafficPane:
            return self.pane

    @dataclass
    class Opened(Message):
        """Enter, or a click on the call of the cursor."""

        pane: TrafficPane
        record: CallRecord

        @property
        def control(self) -> TrafficPane:
            return self.pane

    table = getters.query_one(VirtualTable)
    _input = getters.query_one(Input)

    def __init__(self, context: AppContext, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = Content("Traffic")
        self._home = context
        self.window = CallWindow()
        #: What is listed.
        self.call_query = CallQuery()
        self._view = GatewayView()
        self._waiting: list[CallRecord] = []
        self._load_planned = False
        self._is_stale = False
        self._renewal: Worker[None] | None = None
        self._told: CallRecord | None = None

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, self._row_at)
        yield EmptyState("", "")
        with Vertical(classes="filter"):
            yield Static(classes="hint")
            yield Input(placeholder=f"filter, e.g. {_EXAMPLES}", compact=True)

    def on_mount(self) -> None:
        self._show_count()

    def on_resize(self, event: events.Resize) -> None:
        width = event.size.width
        self.table.set_rank(sum(width >= least for least in RANK_WIDTHS))

    @property
    def filter_text(self) -> str:
        """The filter as it was typed; empty for none."""
        return self._input.value.strip() if self.is_mounted else ""

    @property
    def record(self) -> CallRecord | None:
        """The call of the cursor, as far as it is known."""
        return self.window.at(self.table.cursor)

    # --- what is shown ---

    def gateway_changed(self, view: GatewayView) -> None:
        """What is now known about the gateway, which has the calls."""
        if view.phase != self._view.phase:
            self._view = view
            self._show_count()

    def add(self, record: CallRecord) -> None:
        """A call that just happened; drawn with the others of the same moment."""
        if self.window.missed(record):
            self._renew()
        if not self._waiting:
            self.call_after_refresh(self._add_waiting)
        self._waiting.append(record)

    def _add_waiting(self) -> None:
        records, self._waiting = self._waiting, []
        new = self.window.add(records)
        follows = self.table.cursor == 0
        self.table.set_count(len(self.window), shift=0 if follows else new)
        self._show_count()
        if new and follows:
            self._tell()
        if self.window.is_outgrown:
            self._renew()

    @background(group="search", exclusive=True)
    async def search(self) -> None:
        """Look the filter up in the history."""
        text = self.filter_text
        try:
            query, wanted = self._read(text)
        except FilterError as error:
            self._hint(error)
            return
        self._hint(None)
        if text:
            await asyncio.sleep(_PAUSE)
        near = self._chosen
        try:
            found = await self._home.gateway.search_calls(query, near)
        except UnreachableError as error:
            # What is listed stays; the search is made when the gateway runs.
            self._hint(error if text else None)
            return
        self._found(query, wanted, found, near)

    def _renew(self) -> None:
        """Search again for what is listed; one at a time, else none would come to an end while many calls come."""
        self._is_stale = True
        if self._renewal is None or self._renewal.is_finished:
            self._renewal = self.renew()

    @background(group="renewal")
    async def renew(self) -> None:
        """Search until nothing has been missed meanwhile."""
        while self._is_stale:
            self._is_stale = False
            before, near = self.call_query, self._chosen
            query, wanted = self._read(before.text)
            try:
                found = await self._home.gateway.search_calls(query, near)
            except UnreachableError:
                return
            if self.call_query is before:
                self._found(query, wanted, found, near)

    def _read(self, text: str) -> tuple[CallQuery, CallFilter]:
        """A filter as it is sent and as it is applied here; both mean the same moment by now."""
        now = self._home.now.astimezone()
        return CallQuery(text, now.isoformat()), parse_filter(text, now)

    @property
    def _chosen(self) -> int:
        """The call of the cursor, which is to be found again; 0 while the list follows the newest."""
        return self.record.id if self.table.cursor and self.record is not None else 0

    def _found(self, query: CallQuery, wanted: CallFilter, found: FoundCalls, near: int) -> None:
        # The cursor may have moved while it was searched: then it is left alone.
        is_there = self._chosen == near
        self.call_query = query
        self.window.use(wanted, found)
        self.table.set_count(len(self.window))
        if is_there:
            self.table.cursor = self.window.place_of(near) if near else 0
        self._show_count()
        self._tell()

    def _row_at(self, place: int) -> Row | None:
        record = self.window.at(place)
        if record is None:
            self._plan_load()
            return None
        return call_row(record, self._home.clock())

    def _plan_load(self) -> None:
        if not self._load_planned:
            self._load_planned = True
            self.call_after_refresh(self.load)

    @background(group="heads")
    async def load(self) -> None:
        """Fetch the records that are on the screen, and those of the screens before and after it."""
        self._load_planned = False
        seen = self.table.visible_places
        around = range(max(seen.start - len(seen), 0), seen.stop + len(seen))
        page = self.window.unknown(around)
        if page is None:
            return
        try:
            records = await self._home.gateway.found_calls(self.call_query, page.found.newest, page.skip, page.limit)
        except UnreachableError:
            return
        if self.window.remember(page, records):
            self.table.set_count(len(self.window))
            self._show_count()
        self.table.refresh()
        self._tell()

    def _tell(self) -> None:
        record = self.record
        if record is None and len(self.window):
            self._plan_load()
        elif record is not self._told:
            self._told = record
            self.post_message(self.Highlighted(self, record))

    def _show_count(self) -> None:
        count, text = len(self.window), self.call_query.text
        self.border_subtitle = Content(f"{counted(count, 'call')}{' match' if text else ''}")
        self.set_class(not count, "-empty")
        self.query_one(EmptyState).update(no_calls(self._view, text))

    # --- the filter ---

    def focus_list(self) -> None:
        """Put the focus on the calls."""
        self.table.focus()

    def action_filter(self) -> None:
        """Open the filter."""
        self.add_class("-filtering")
        self._input.focus()

    def filter_by(self, text: str) -> None:
        """Show the calls that ``text`` lets through, with the focus on the list."""
        self.add_class("-filtering")
        self._input.value = text
        self.table.focus()

    def action_clear_filter(self) -> None:
        """Drop the filter and go back to the list."""
        self._input.value = ""
        self.remove_class("-filtering")
        self.table.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "clear_filter":
            return self.has_class("-filtering")
        return True

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.search()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.table.focus()
        else:
            self.action_clear_filter()

    def _hint(self, error: McptuiError | None) -> None:
        hint = toned(f"Fields: {' '.join(f'{field}:' for field in FIELDS)}", "muted")
        if error is not None:
            hint = toned(f"✗ {visible(error.message)}. ", "bad") + Content(visible(error.hint or ""))
        self.query_one(".hint", Static).update(hint)

    # --- the cursor ---

    @on(VirtualTable.Highlighted)
    def _moved(self, event: VirtualTable.Highlighted) -> None:
        event.stop()
        self._tell()

    @on(VirtualTable.Opened)
    def _open(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if (record := self.record) is not None:
            self.post_message(self.Opened(self, record))
