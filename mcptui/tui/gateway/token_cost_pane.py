"""What the tools that a key sees cost a model: tokens in every request, the heaviest first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from mcptui.model import State
from mcptui.protocol.text import counted, one_line
from mcptui.services.token_cost import ListCost, list_costs, tool_costs
from mcptui.tui.background import background
from mcptui.tui.context import AppContext
from mcptui.tui.gateway.texts import no_tools
from mcptui.tui.keys import meanings
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.facts import section, sections
from mcptui.tui.widgets.virtual_table import VirtualTable

_BAR: Final = 20
_SHOWN: Final = 12

COLUMNS: Final = (
    Column("name", "Key", limit=200, flexible=True),
    Column("tools", "Tools", 7, justify="right"),
    Column("tokens", "Tokens", 9, justify="right"),
    Column("bar", "", _BAR),
)
_TOOL_COLUMNS: Final = (
    Column("name", "Tool", limit=200, flexible=True),
    Column("tools", "Share", 7, justify="right"),
    *COLUMNS[2:],
)


class TokenCostPane(Vertical):
    """Keys; ``enter`` shows the tools of one, ``escape`` goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("keys", "Back to the keys")]
    DEFAULT_CSS = """
    TokenCostPane {
        border: round $border-blurred; border-title-color: $foreground-muted;
        border-subtitle-color: $foreground-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
        & > VirtualTable { height: 1fr; }
        & > EmptyState { display: none; }
        &.-empty > EmptyState { display: block; }
        &.-empty > VirtualTable { display: none; }
    }
    """

    class Highlighted(Message):
        """The cursor is on another row; ``shown`` describes it."""

        def __init__(self, shown: Content) -> None:
            super().__init__()
            self.shown = shown

    table = getters.query_one(VirtualTable)

    def __init__(self, context: AppContext, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._home = context
        self._lists: Sequence[ListCost] = ()
        self._open: ListCost | None = None
        self._place = 0
        self._view = GatewayView()

    def compose(self) -> ComposeResult:
        yield VirtualTable(COLUMNS, self._row_at)
        yield EmptyState("", "")

    def on_mount(self) -> None:
        self._show()

    def gateway_changed(self, view: GatewayView) -> None:
        """What is now known about the gateway, which has the lists."""
        if view.phase != self._view.phase:
            self._view = view
            self._show()

    @background(group="costs", exclusive=True)
    async def refresh_costs(self, state: State) -> None:
        """Weigh again."""
        lists: Sequence[ListCost] = ()
        if self._view.is_running:
            listed = await self._home.gateway.listed(None)
            lists = await asyncio.to_thread(lambda: list_costs(state, tool_costs(listed)))
        self._lists = lists if any(each.tools for each in lists) else ()
        if (opened := self._open) is not None:
            self._open = next((each for each in self._lists if each.key == opened.key), None)
        self._show()

    def action_keys(self) -> None:
        """Back to the keys."""
        self._open = None
        self._show()
        self.table.cursor = self._place

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "keys" or self._open is not None

    def _show(self) -> None:
        if self._open is None:
            self.border_title = Content("Context cost per key (tool definitions)")
            self.border_subtitle = Content("estimated · enter tools")
        else:
            who = one_line(_who(self._open), limit=60)
            self.border_title = Content(f"Tools of {who}, largest first")
            self.border_subtitle = Content(
                f"{counted(len(self._open.tools), 'tool')}, ≈{self._open.tokens} tokens · esc back"
            )
        self.table.set_columns(COLUMNS if self._open is None else _TOOL_COLUMNS)
        self.set_class(not self._lists, "-empty")
        self.query_one(EmptyState).update(no_tools(self._view))
        self.table.set_count(len(self._lists) if self._open is None else len(self._open.tools))
        self._tell()

    def _row_at(self, place: int) -> Row | None:
        if self._open is None:
            each = self._lists[place]
            cells = {"name": Cell(_who(each)), "tools": Cell(str(len(each.tools)))}
            return Row(str(place), {**cells, **_weight(each.tokens, self._lists[0].tokens)})
        tool = self._open.tools[place]
        cells = {"name": Cell(tool.name), "tools": Cell(_share(tool.tokens, self._open.tokens))}
        return Row(tool.name, {**cells, **_weight(tool.tokens, self._open.tools[0].tokens)})

    @on(VirtualTable.Opened)
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self._open is None:
            self._place, self._open = event.place, self._lists[event.place]
            self._show()
            self.table.cursor = 0

    @on(VirtualTable.Highlighted)
    def _moved(self, event: VirtualTable.Highlighted) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        shown = self._open
        if shown is None and self.table.cursor < len(self._lists):
            shown = self._lists[self.table.cursor]
        self.post_message(self.Highlighted(list_content(shown) if shown is not None else Content("")))


def list_content(costs: ListCost) -> Content:
    """The servers of one list, and its heaviest tools."""
    head = toned(_who(costs), "strong") + Content(f"\n{counted(len(costs.tools), 'tool')}, about {costs.tokens} tokens")
    head += toned("\nin every request with these tools", "muted")
    servers: Counter[str] = Counter()
    for tool in costs.tools:
        servers[tool.server] += tool.tokens
    lines = [_line(name, tokens, costs.tokens) for name, tokens in servers.most_common(_SHOWN)]
    tools = [_line(tool.name, tool.tokens, costs.tokens) for tool in costs.tools[:_SHOWN]]
    parts = [head]
    if lines:
        parts += [section("By server", Content("\n").join(lines)), section("Largest", Content("\n").join(tools))]
    return sections(parts)


def _line(name: str, tokens: int, total: int) -> Content:
    return Content(f"{tokens:>7} ") + toned(f"{_share(tokens, total):>5}", "muted") + Content(f"  {one_line(name)}")


def _who(costs: ListCost) -> str:
    return "owner" if costs.key is None else f"key {costs.key}"


def _share(tokens: int, total: int) -> str:
    return f"{100 * tokens / total:.0f} %" if total else "–"


def _weight(tokens: int, heaviest: int) -> dict[str, Cell]:
    length = round(_BAR * tokens / heaviest) if heaviest else 0
    return {"tokens": Cell(f"≈{tokens}"), "bar": Cell("━" * length, "accent")}
