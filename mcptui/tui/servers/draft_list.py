"""Several servers from one paste, with boxes for which of them to add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mcptui.model import Server
from mcptui.protocol.text import one_line
from mcptui.services.extract_secrets import cover_secrets
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.pick_list import PickList


class DraftList(PickList):
    """``space`` switches one, ``a`` all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Switch", show=False),
        Binding("a", "all", "All or none", show=False),
    ]
    DEFAULT_CSS = """
    DraftList {
        border: round $border-blurred; border-title-color: $foreground-muted;
        border-subtitle-color: $foreground-muted; background: transparent; padding: 0 1;
        &:focus { border: round $border; border-title-color: $foreground; border-title-style: bold; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._servers: tuple[Server, ...] = ()
        self._off: set[str] = set()
        self.border_subtitle = Content("space switch · a all or none")

    @property
    def chosen(self) -> tuple[Server, ...]:
        """The servers whose box is ticked."""
        return tuple(server for server in self._servers if server.name not in self._off)

    def show(self, servers: Sequence[Server]) -> None:
        """Offer ``servers``, all of them ticked."""
        self._servers = tuple(servers)
        self._off.clear()
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._off ^= {event.option_id or ""}
        self._draw()

    def action_all(self) -> None:
        """Tick all, or none when all are ticked."""
        self._off = set() if self._off else {server.name for server in self._servers}
        self._draw()

    def _draw(self) -> None:
        highlighted = self.highlighted or 0
        width = max((len(server.name) for server in self._servers), default=0)
        self.set_options(Option(self._line(server, width), id=server.name) for server in self._servers)
        self.highlighted = min(highlighted, len(self._servers) - 1) if self._servers else None
        self.border_title = Content(f"{len(self.chosen)} of {len(self._servers)} servers")

    def _line(self, server: Server, width: int) -> Content:
        box = "[ ]" if server.name in self._off else "[x]"
        shown = cover_secrets(server)
        target = shown.url or " ".join([shown.command or "", *shown.args])
        return Content(f"{box} {server.name.ljust(width)}") + toned(f"  {one_line(target, limit=120)}", "muted")
