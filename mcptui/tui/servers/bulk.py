"""Several servers at once: selection, order, and the actions on all selected servers."""

from __future__ import annotations

from textual import getters, on

from mcptui.access.subjects import KINDS, Ref, table
from mcptui.protocol.text import one_line
from mcptui.services import servers as services
from mcptui.tui.background import background
from mcptui.tui.servers.rows import COLUMN_ORDERS, ORDERS
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.widgets.dialogs import Choice, ConfirmDialog, PickDialog
from mcptui.tui.widgets.filter_table import FilterTable
from mcptui.tui.widgets.input_dialog import InputDialog
from mcptui.tui.widgets.virtual_table import VirtualTable


class BulkActions(ModeScreen):
    """The selection of the Servers mode. ``targets`` are the selected servers, else the one under the cursor."""

    table = getters.query_one("#list", FilterTable)

    def __init__(self) -> None:
        super().__init__()
        self.marked: set[str] = set()
        self.order = next(iter(ORDERS))

    def show(self) -> None:
        """Draw the list again."""
        raise NotImplementedError

    @property
    def current(self) -> str | None:
        """The server under the cursor."""
        name = self.table.cursor_key if self.is_mounted else None
        return name if name in self.state.servers else None

    @property
    def targets(self) -> list[str]:
        """The servers that an action applies to, in the order of the file."""
        names: set[str | None] = {*self.marked} or {self.current}
        return [name for name in self.state.servers if name in names]

    @property
    def _shown(self) -> set[str]:
        """The servers that are listed."""
        return self.state.servers.keys() & set(self.table.shown_keys)

    # --- selection and order ---

    def action_mark(self) -> None:
        """Select or deselect the server under the cursor, and go on to the next one."""
        if (name := self.current) is not None:
            self.marked ^= {name}
            self.show()
            self.table.table.action_move_row(1)

    def action_mark_all(self) -> None:
        """Select all that the filter shows; none when all of them are selected."""
        shown = self._shown
        self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
        self.show()

    def action_invert_marks(self) -> None:
        """Invert the selection among the servers that the filter shows."""
        self.marked ^= self._shown
        self.show()

    def action_sort(self) -> None:
        """Sort by the next column."""
        orders = list(ORDERS)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.show()

    @on(VirtualTable.HeaderClicked)
    def _sort_by_column(self, event: VirtualTable.HeaderClicked) -> None:
        """Sort by the column; a second click brings the order of the file back."""
        order = COLUMN_ORDERS[event.column]
        self.order = order if order != self.order else next(iter(ORDERS))
        self.show()

    # --- for all targets ---

    @background(group="change")
    async def action_switch(self) -> None:
        """Disable the servers when one is enabled, else enable them."""
        if targets := self.targets:
            is_on = any(self.state.servers[name].enabled for name in targets)
            await self.app.change(services.set_servers_enabled, targets, not is_on)

    @background(group="change")
    async def action_delete(self) -> None:
        """Delete the servers after a question that names who loses access."""
        if not (targets := self.targets):
            return
        users = dict.fromkeys(user for name in targets for user in services.who_uses(self.state, name))
        loses = f"{_lose_access(list(users))}." if users else "No key, user, team or org refers to it."
        title = f"Delete {targets[0]}?" if len(targets) == 1 else f"Delete {len(targets)} servers?"
        names = "" if len(targets) == 1 else f"{', '.join(targets)}\n\n"
        dialog = ConfirmDialog(title, f"{names}{loses}\n\nUndo with u.", "Delete")
        if await self.app.push_screen_wait(dialog) == "confirm":
            await self.app.change(services.remove_server, targets)
            self.marked.clear()

    @background(group="change")
    async def action_tag(self) -> None:
        """Add and remove tags."""
        if not (targets := self.targets):
            return
        text = "Tags to add, comma-separated; -tag removes one."
        if (answer := await self.app.push_screen_wait(InputDialog(f"Tags of {_called(targets)}", text))) is None:
            return
        words = [word.strip() for word in answer.split(",") if word.strip(" -")]
        add = [word for word in words if not word.startswith("-")]
        remove = [word[1:].strip() for word in words if word.startswith("-")]
        await self.app.change(services.tag_servers, targets, add, remove)

    @background(group="change")
    async def action_allow(self) -> None:
        """Grant the servers to an org, team, user or key."""
        from mcptui.services import access

        if not (targets := self.targets):
            return
        refs = [Ref(kind, name) for kind in KINDS for name in table(self.state, kind)]
        if not refs:
            self.app.say("No keys, users, teams or orgs yet. Create one in Access (2).")
            return
        choices = [Choice(ref.key, f"{ref.kind} {one_line(ref.name, limit=60)}") for ref in refs]
        key = await self.app.push_screen_wait(PickDialog(f"Grant {_called(targets)} to", choices))
        if key is not None:
            await self.app.change(access.grant, [Ref.parse(key)], targets)

    def action_test_all(self) -> None:
        """Test the selected servers, or all that the filter shows."""
        from mcptui.tui.servers.bulk_probe import BulkProbe

        names = self.targets if self.marked else [name for name in self.table.shown_keys if name in self._shown]
        if names:
            self.app.push_screen(BulkProbe([self.state.servers[name] for name in names]))


def _lose_access(users: list[str]) -> str:
    """Who loses access, and the verb for their number."""
    return f"{', '.join(users)} {'loses' if len(users) == 1 else 'lose'} access"


def _called(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} servers"
