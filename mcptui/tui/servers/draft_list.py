"""Several servers from one paste, with check boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mcptui.model import Server
from mcptui.protocol.text import counted, one_line
from mcptui.services.ports import GatewayPort
from mcptui.state.extract_secrets import cover_secrets
from mcptui.tui.keys import meanings
from mcptui.tui.servers.probing import Outcome, probe_all
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.pick_list import PickList


class DraftList(PickList):
    """``space`` toggles one, ``M`` all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.TOGGLE.bind("select", "Toggle"),
        meanings.SELECT_ALL.bind("all", "All or none"),
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
        #: Of the tests so far, by server.
        self._outcomes: dict[str, Outcome] = {}
        self.border_subtitle = Content("space toggle · M all/none")

    @property
    def chosen(self) -> tuple[Server, ...]:
        """The selected servers."""
        return tuple(server for server in self._servers if server.name not in self._off)

    def show(self, servers: Sequence[Server]) -> None:
        """Offer ``servers``, all of them selected."""
        self._servers = tuple(servers)
        self._off.clear()
        self._outcomes.clear()
        self._draw()

    @property
    def untested(self) -> list[Server]:
        """The selected servers that have not been tested."""
        return [server for server in self.chosen if server.name not in self._outcomes]

    async def test(self, gateway: GatewayPort, servers: Sequence[Server]) -> list[str]:
        """Test ``servers``, each with its outcome on its line; returns those that failed."""
        await probe_all(gateway, servers, self._show_outcome)
        return [server.name for server in servers if self._outcomes[server.name].has_failed]

    def _show_outcome(self, name: str, outcome: Outcome) -> None:
        self._outcomes[name] = outcome
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._off ^= {event.option_id or ""}
        self._draw()

    def action_all(self) -> None:
        """Select all, or none when all are selected."""
        self._off = set() if self._off else {server.name for server in self._servers}
        self._draw()

    def _draw(self) -> None:
        highlighted = self.highlighted or 0
        width = max((len(server.name) for server in self._servers), default=0)
        self.set_options(Option(self._line(server, width), id=server.name) for server in self._servers)
        self.highlighted = min(highlighted, len(self._servers) - 1) if self._servers else None
        self.border_title = Content(f"{len(self.chosen)} of {counted(len(self._servers), 'server')}")

    def _line(self, server: Server, width: int) -> Content:
        box = "[ ]" if server.name in self._off else "[x]"
        shown = cover_secrets(server)
        target = shown.url or " ".join([shown.command or "", *shown.args])
        line = Content(f"{box} {server.name.ljust(width)}")
        if (outcome := self._outcomes.get(server.name)) is not None:
            line += toned(f"  {outcome.word}", outcome.tone)
            line += toned(f"  {one_line(outcome.detail, limit=300)}", "muted")
        return line + toned(f"  {one_line(target, limit=120)}", "muted")
