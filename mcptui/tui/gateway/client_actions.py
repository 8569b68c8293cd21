"""The connected clients in the Gateway mode: their details, their calls, and disconnecting one."""

from __future__ import annotations

from textual import getters, on
from textual.content import Content

from mcptui.errors import NotFoundError
from mcptui.model.runtime import ConnectedClient
from mcptui.protocol.text import counted
from mcptui.services.connected import client_name, open_words, return_words
from mcptui.tui.background import background
from mcptui.tui.gateway.call_actions import CallActions
from mcptui.tui.gateway.clients_pane import ClientsPane, client_content
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.filter_table import FilterTable


class ClientActions(CallActions):
    """The part of the Gateway mode that knows the client under the cursor."""

    clients = getters.query_one("#clients", ClientsPane)

    @property
    def client(self) -> ConnectedClient | None:
        """The client under the cursor, where clients are shown."""
        return self.clients.client if self.tab == "clients" else None

    @on(ClientsPane.Chosen)
    def show_client(self) -> None:
        """The client of the cursor beside the list."""
        if self.tab == "clients":
            client = self.client
            content = client_content(client, self.context.clock()) if client is not None else Content("")
            self.detail.show("Client", content)
            self.refresh_bindings()

    @background(group="dialog", exclusive=True)
    async def action_disconnect(self) -> None:
        """End the sessions, streams and calls of the client, after a question."""
        if (client := self.client) is None:
            return
        name = client_name(client)
        text = f"{open_words(client)} of key {client.key} will end.\n\n{return_words(client)}"
        if await self.app.push_screen_wait(ConfirmDialog(f"Disconnect {name}?", text, "Disconnect")) != "confirm":
            return
        try:
            ended = await self.context.gateway.disconnect(client.id)
        except NotFoundError:
            self.app.say(f"{name} had left already")
        else:
            self.app.say(f"{name} disconnected, {counted(ended, 'connection')} ended")
        self.clients.refresh_clients()

    @on(FilterTable.Opened, "#clients")
    def action_client_calls(self) -> None:
        """Show the calls of the client."""
        if (client := self.client) is not None:
            name = client.name.split(" ")[0].replace('"', "")
            self.reveal("calls", f'key:"{client.key}"' + (f' client:"{name}*"' if name else ""))
