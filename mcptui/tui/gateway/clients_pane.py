"""The clients that are connected now."""

from __future__ import annotations

from typing import Final

from textual import on
from textual.content import Content
from textual.message import Message

from mcptui.errors import UnreachableError
from mcptui.model.runtime import ConnectedClient
from mcptui.services.connected import client_name, open_words, return_words
from mcptui.tui.background import background
from mcptui.tui.clock import ago, time_of_day
from mcptui.tui.context import AppContext
from mcptui.tui.gateway.texts import no_clients
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.facts import facts, section, sections
from mcptui.tui.widgets.filter_table import FilterTable

COLUMNS: Final = (
    Column("name", "Client", limit=60, flexible=True),
    Column("key", "Key", limit=20),
    Column("used", "Last used", 11),
    Column("open", "Open", limit=36),
    Column("address", "Address", limit=20, rank=1),
)


class ClientsPane(FilterTable):
    """One row for each client, as the gateway tells them apart: by key, name and address."""

    class Chosen(Message):
        """Another client is under the cursor, or it has changed."""

    def __init__(self, context: AppContext, *, id: str | None = None) -> None:
        super().__init__("Connected clients", COLUMNS, empty=Content(""), id=id)
        self._home = context
        self._clients: dict[str, ConnectedClient] = {}
        self._view = GatewayView()

    @property
    def client(self) -> ConnectedClient | None:
        """The client under the cursor."""
        return self._clients.get(self.cursor_key or "")

    def gateway_changed(self, view: GatewayView) -> None:
        """What is now known about the gateway, which has the clients."""
        if view.phase != self._view.phase:
            self._view = view
            self.set_empty(no_clients(view))

    @background(group="clients", exclusive=True)
    async def refresh_clients(self) -> None:
        """Ask again who is connected."""
        try:
            found = await self._home.gateway.clients()
        except UnreachableError:
            found = []
        self._clients = {client.id: client for client in found}
        now = self._home.clock()
        self.set_rows([_row(client, now) for client in found])
        self.post_message(self.Chosen())

    @on(FilterTable.Highlighted)
    def _moved(self, event: FilterTable.Highlighted) -> None:
        event.stop()
        self.post_message(self.Chosen())


def _row(client: ConnectedClient, now: float) -> Row:
    cells = {
        "name": Cell(client_name(client)),
        "key": Cell(client.key),
        "used": Cell(ago(now - client.last_used), "muted"),
        "open": Cell(open_words(client)),
        "address": Cell(client.address, "muted"),
    }
    return Row(client.id, cells, client.id)


def client_content(client: ConnectedClient, now: float) -> Content:
    """One client in full, and what can be done."""
    about = facts(
        [
            ("Key", client.key),
            ("Address", client.address),
            ("Protocol", client.protocol),
            ("Connected", f"{ago(now - client.since)}, at {time_of_day(client.since)}"),
            ("Last used", ago(now - client.last_used)),
            ("Open", open_words(client)),
            ("Id", client.id),
        ]
    )
    disconnect = toned(return_words(client), "muted")
    return sections(
        [toned(client_name(client), "strong") + Content("\n") + about, section("Disconnect (d)", disconnect)]
    )
