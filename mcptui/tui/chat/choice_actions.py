"""The choices of a conversation: model, key, servers."""

from __future__ import annotations

from textual import on

from mcptui.tui.background import background
from mcptui.tui.chat.conversation_actions import ConversationActions
from mcptui.tui.chat.header import ChatHeader
from mcptui.tui.chat.models import change_model, models_dialog, renew_key, set_up_model
from mcptui.tui.chat.servers import reachable
from mcptui.tui.chat.servers_dialog import ServersDialog
from mcptui.tui.servers.marks import WORKING, state_text
from mcptui.tui.settings.named_dialog import NEW
from mcptui.tui.widgets.key_select import KeySelect


class ChoiceActions(ConversationActions):
    """The part of the Chat mode that sets up models and selects servers."""

    @background(group="dialog", exclusive=True)
    async def action_models(self) -> None:
        """Choose a model to change or delete, or add one; without any, add one at once."""
        name: str | None = NEW
        if self.state.models:
            name = await self.app.push_screen_wait(models_dialog(self.app, self.header.model or NEW))
        if name == NEW:
            if (added := await set_up_model(self.app)) is not None:
                self.header.choose(added)
        elif name is not None:
            await change_model(self.app, self.state.models[name])
        self.prompt.focus()

    @background(group="dialog", exclusive=True)
    async def ask_for_key(self, model: str, why: str) -> None:
        """The provider refused the API key: offer to enter another one."""
        await renew_key(self.app, model, why)
        self.prompt.focus()

    def action_choose_key(self) -> None:
        """Put the focus on the choice of the key."""
        self.query_one(KeySelect).focus()

    @on(ChatHeader.ServersWanted)
    @background(group="dialog", exclusive=True)
    async def action_choose_servers(self) -> None:
        """Choose the servers whose tools the model sees."""
        key = self.app.testing_key
        notes = {name: self._note(name) for name in reachable(self.state, key)}
        if not notes:
            self.app.say("This key may use no server. Grant it servers in mode 2 (Access).")
            return
        who = "the owner" if key is None else f"key {key}"
        chosen = await self.app.push_screen_wait(ServersDialog(who, notes, self.conversation.servers))
        if chosen is not None:
            (self.conversation.servers,) = chosen
            self.say_state()
        self.prompt.focus()

    def _note(self, server: str) -> str:
        """What the dialog says about a server."""
        status = self.app.gateway_view.server(server)
        if status is not None and status.state in WORKING and status.tools:
            return f"{status.tools} tools"
        return state_text(self.state.servers[server], status)
