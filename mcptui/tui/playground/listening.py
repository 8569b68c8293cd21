"""What servers say outside of calls, in the Test mode, and subscribed resources."""

from __future__ import annotations

from contextlib import suppress

from textual import getters, on
from textual.content import Content
from textual.worker import Worker, get_current_worker

from mcptui.errors import McptuiError
from mcptui.model.runtime import ACKNOWLEDGED, FAILED, ServerNotification
from mcptui.protocol.text import counted, one_line
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.playground.argument_actions import ArgumentActions
from mcptui.tui.playground.heard import heard_line
from mcptui.tui.playground.item_form import ItemForm
from mcptui.tui.playground.items import Item
from mcptui.tui.widgets.log_pane import LogPane


class Listening(ArgumentActions):
    """The part of the Test mode that shows what servers say to the selected key."""

    heard = getters.query_one("#heard", LogPane)

    def __init__(self) -> None:
        super().__init__()
        #: The gateway and the key that is listened as.
        self._listens_as: tuple[str, str | None] | None = None
        self._stream: Worker[None] | None = None
        self._subscribed: dict[str, Worker[None]] = {}
        #: How often each subscribed resource was updated since it was read here; the newest last.
        self.updated: dict[str, int] = {}

    @property
    def subscribed(self) -> list[str]:
        """The URIs that are subscribed to."""
        return list(self._subscribed)

    @property
    def resource(self) -> str | None:
        """The URI of the chosen resource; None for anything else, and for a template with open arguments."""
        item = self.item
        if item is None or item.tab != "resources":
            return None
        request = self.form.request() if "{" in item.name and self.form.is_ready else None
        uri = str(request.params["uri"]) if request is not None else item.name
        return None if "{" in uri else uri

    def show_subscriptions(self) -> None:
        """Show which resources are subscribed to, and which of them were updated."""
        count = len(self._subscribed)
        words = f" · {counted(count, 'subscribed resource')}" if count else ""
        self.heard.border_title = Content(f"Notifications{words}")
        self.refresh_bindings()

    # --- streams ---

    def listen_again(self) -> None:
        """Listen at the gateway that runs, as the selected key; what was subscribed to as another one ends."""
        status = self.app.gateway_view.status
        wanted = (status.instance_id, self.app.testing_key) if status is not None else None
        if wanted == self._listens_as:
            return
        self._listens_as = wanted
        if self._stream is not None:
            self._stream.cancel()
        for uri in self.subscribed:
            self._end(uri)
        self._stream = self.follow_notifications(self.app.testing_key) if wanted is not None else None
        self.show_subscriptions()

    @background(group=ENDLESS)
    async def follow_notifications(self, key: str | None) -> None:
        """Show what servers say outside of calls."""
        with suppress(McptuiError):  # the gateway ends, or the key may not be used: the lists say so
            async for heard in self.context.gateway.notifications(key):
                self.hear(heard)

    @background(group=ENDLESS)
    async def follow_resource(self, uri: str, key: str | None) -> None:
        """Subscribe to a resource until that is ended."""
        try:
            async for heard in self.context.gateway.updates(uri, key):
                if heard.method == FAILED:
                    raise McptuiError(heard.params["message"], hint=heard.params.get("hint"))
                if heard.method == ACKNOWLEDGED:
                    self.app.say(f"Subscribed to {one_line(uri, limit=80)}")
                else:
                    self.updated[uri] = self.updated.pop(uri, 0) + 1
                self.hear(heard)
        finally:
            # Ended by the gateway or the server; else it was taken out before.
            if self.is_running and self._subscribed.get(uri) is get_current_worker():
                del self._subscribed[uri]
                self.updated.pop(uri, None)
                self.show_subscriptions()

    @on(ItemForm.Heard)
    def _heard_during_a_call(self, event: ItemForm.Heard) -> None:
        self._add(event.heard)  # the result has it too, and needs the room

    def hear(self, heard: ServerNotification) -> None:
        """Show what was said outside of calls; it opens the pane."""
        if heard.method not in (ACKNOWLEDGED, FAILED):
            self.add_class("-hears")
            self._add(heard)
        self.show_subscriptions()

    def _add(self, heard: ServerNotification) -> None:
        self.heard.add([heard_line(heard, self.context.clock())])

    # --- acting ---

    def action_notifications(self) -> None:
        """Show or hide the notifications of servers."""
        self.toggle_class("-hears")
        if self.has_class("-hears"):
            self.heard.log_widget.focus()

    def action_subscribe(self) -> None:
        """Subscribe to the resource, or unsubscribe."""
        if (uri := self.resource) is None:
            return
        if uri in self._subscribed:
            self._end(uri)
            self.app.say(f"Unsubscribed from {one_line(uri, limit=80)}")
        else:
            self._subscribed[uri] = self.follow_resource(uri, self.app.testing_key)
        self.show_subscriptions()

    @background(group="read updated", exclusive=True)
    async def action_read_updated(self) -> None:
        """Go to the resource that was updated last, and read it again."""
        if not self.updated or self.is_calling:
            return
        uri = next(reversed(self.updated))
        item = self.find_resource(uri)
        await self.form.fill_in(item, {})
        self.form.run()

    def find_resource(self, uri: str) -> Item:
        """Choose the resource ``uri``; one that no list has is read all the same."""
        raise NotImplementedError

    def was_read(self, uri: object) -> None:
        """The resource was read: what was updated before is known now."""
        if self.updated.pop(str(uri), None) is not None:
            self.show_subscriptions()

    def _end(self, uri: str) -> None:
        self._subscribed.pop(uri).cancel()
        self.updated.pop(uri, None)
