"""Numbers of calls by server, key, tool or client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from mcptui.errors import UnreachableError
from mcptui.model.calls import CallQuery, GroupBy, GroupStats
from mcptui.protocol.text import counted, one_line
from mcptui.tui.background import background
from mcptui.tui.clock import size
from mcptui.tui.context import AppContext
from mcptui.tui.gateway.texts import no_calls_counted
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.text.sparkline import sparkline
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.facts import facts, section, sections
from mcptui.tui.widgets.virtual_table import VirtualTable

_SPANS: Final[dict[str, float]] = {"15 minutes": 900, "hour": 3600, "day": 86400, "7 days": 604800}
_BUCKETS: Final = 24

COLUMNS: Final = (
    Column("name", "Name", limit=200, flexible=True),
    Column("calls", "Calls", 7, justify="right"),
    Column("failed", "Failed", 12, justify="right"),
    Column("p50", "p50 ms", 8, justify="right"),
    Column("p95", "p95 ms", 8, justify="right"),
    Column("course", "Trend", _BUCKETS, rank=1),
)


class StatsPane(Vertical):
    """Groups with the most calls first."""

    DEFAULT_CSS = """
    StatsPane {
        border: round $border-blurred; border-title-color: $foreground-muted;
        border-subtitle-color: $foreground-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > VirtualTable { height: 1fr; }
        & > EmptyState { display: none; }
        &.-empty > EmptyState { display: block; }
        &.-empty > VirtualTable { height: 1; }
    }
    """

    class Highlighted(Message):
        """The cursor is on another group; ``shown`` describes it."""

        def __init__(self, shown: Content) -> None:
            super().__init__()
            self.shown = shown

    table = getters.query_one(VirtualTable)

    def __init__(self, context: AppContext, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._home = context
        self._by: GroupBy = "server"
        self._span = "hour"
        self._wanted = CallQuery()
        self._groups: Sequence[GroupStats] = ()
        self._view = GatewayView()

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, self._row_at)
        yield EmptyState("", "")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        self.table.set_rank(0 if event.size.width < 84 else 1)

    def gateway_changed(self, view: GatewayView) -> None:
        """What is now known about the gateway, which counts."""
        if view.phase != self._view.phase:
            self._view = view
            self._show()

    @background(group="stats", exclusive=True)
    async def refresh_stats(self, wanted: CallQuery) -> None:
        """Count again; of the calls that ``wanted`` lets through."""
        self._wanted = wanted
        end = self._home.clock()
        start = end - _SPANS[self._span]
        try:
            self._groups = await self._home.gateway.call_stats(self._by, start, end + 1, wanted, _BUCKETS)
        except UnreachableError:
            return  # the numbers stay; they are counted again when the gateway runs
        self._show()

    def next_group(self) -> None:
        """Count by something else."""
        kinds = get_args(GroupBy)
        self._by = kinds[(kinds.index(self._by) + 1) % len(kinds)]
        self.refresh_stats(self._wanted)

    def next_span(self) -> None:
        """Count over another stretch of time."""
        spans = list(_SPANS)
        self._span = spans[(spans.index(self._span) + 1) % len(spans)]
        self.refresh_stats(self._wanted)

    def _show(self) -> None:
        of = " that match the filter" if self._wanted.text else ""
        self.border_title = Content(f"Calls{of} by {self._by}, last {self._span}")
        total = sum(group.calls for group in self._groups)
        failed = sum(group.failed for group in self._groups)
        self.border_subtitle = Content(f"{counted(total, 'call')}, {failed} failed · b group by · W period")
        self.set_class(not self._groups, "-empty")
        self.query_one(EmptyState).update(no_calls_counted(self._view))
        self.table.set_count(len(self._groups))
        self._tell()

    def _row_at(self, place: int) -> Row | None:
        group = self._groups[place]
        failed = f"{group.failed} ({100 * group.failed / group.calls:.0f} %)" if group.failed else "0"
        return Row(
            group.name,
            {
                "name": Cell(group.name),
                "calls": Cell(str(group.calls)),
                "failed": Cell(failed, "bad" if group.failed else "muted"),
                "p50": Cell(_ms(group.p50)),
                "p95": Cell(_ms(group.p95)),
                # As a prefix it keeps the blanks at its beginning.
                "course": Cell("", "accent", sparkline(group.counts)),
            },
        )

    @on(VirtualTable.Highlighted)
    def _moved(self, event: VirtualTable.Highlighted) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        place = self.table.cursor
        shown = group_content(self._groups[place], self._by, self._span) if place < len(self._groups) else Content("")
        self.post_message(self.Highlighted(shown))


def group_content(group: GroupStats, by: GroupBy, span: str) -> Content:
    """One group in full."""
    works = group.calls - group.failed
    head = toned(f"{by} {one_line(group.name, limit=120)}", "strong")
    numbers = facts(
        [
            ("Calls", f"{group.calls}, {works} succeeded"),
            ("Failed", f"{group.failed}, {100 * group.failed / group.calls:.1f} %"),
            ("p50", f"{_ms(group.p50)} ms"),
            ("p95", f"{_ms(group.p95)} ms"),
            ("Slowest", f"{_ms(group.slowest)} ms"),
            ("Responses", f"{size(group.bytes_out)}, {size(group.bytes_out // group.calls)} per call"),
        ],
    )
    course = toned(sparkline(group.counts), "accent") + toned(f"  peak {max(group.counts)}", "muted")
    failures = toned(sparkline(group.failures), "bad") + toned(f"  peak {max(group.failures)}", "muted")
    return sections(
        [
            head + Content("\n") + numbers,
            section(f"Calls over the last {span}", course),
            section("Failures", failures) if group.failed else Content(""),
        ]
    )


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
