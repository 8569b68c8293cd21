"""What can be done with conversations: opened, exported, continued in another way."""

from __future__ import annotations

import asyncio

from textual import getters

from mcptui.services.conversations import find_conversation
from mcptui.tui.background import background
from mcptui.tui.chat.approval import ApprovalBar
from mcptui.tui.chat.approvals import ApprovalDesk, ApprovalPolicy
from mcptui.tui.chat.conversation import Conversation
from mcptui.tui.chat.export import ExportDialog
from mcptui.tui.chat.header import ChatHeader
from mcptui.tui.chat.history import HistoryDialog
from mcptui.tui.chat.prompt import Prompt
from mcptui.tui.chat.settings_dialog import ConversationSettings, SettingsDialog
from mcptui.tui.chat.transcript import Transcript
from mcptui.tui.shell.base import ModeScreen


class ConversationActions(ModeScreen):
    """The part of the Chat mode that knows which conversation is open."""

    prompt = getters.query_one(Prompt)
    transcript = getters.query_one(Transcript)
    approvals = getters.query_one(ApprovalBar)
    header = getters.query_one(ChatHeader)

    def __init__(self) -> None:
        super().__init__()
        self.conversation = Conversation()
        self.approval_desk = ApprovalDesk(self)
        #: Whether the message that is sent next replaces the last one.
        self.is_editing = False

    def show_empty(self) -> None:
        """Show what to do while there is nothing else."""
        raise NotImplementedError

    def say_state(self) -> None:
        """Show what the conversation uses."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop the answer."""
        raise NotImplementedError

    def ask_model(self, model: str, text: str, *, replaces_last: bool = False) -> None:
        """Send a message."""
        raise NotImplementedError

    def set_editing(self, is_editing: bool) -> None:
        """Whether the message that is sent next replaces the last one; the input says so."""
        self.is_editing = is_editing
        self.prompt.border_title = "Edit the last message" if is_editing else None

    def action_retry(self) -> None:
        """Ask for the last answer again."""
        if self.conversation.turns and self.header.model is not None:
            self.ask_model(self.header.model, self.conversation.turns[-1].question, replaces_last=True)

    def action_edit_last(self) -> None:
        """Put the last message into the input, to be sent again; a second time, leave it as it is."""
        if self.is_editing:
            self.prompt.text = ""
        elif self.conversation.turns:
            self.prompt.text = self.conversation.turns[-1].question
            self.prompt.move_cursor(self.prompt.document.end)
        else:
            return
        self.set_editing(not self.is_editing)
        self.prompt.focus()

    @background(group="dialog", exclusive=True)
    async def action_settings(self) -> None:
        """Set the system prompt and the temperature."""
        conversation = self.conversation
        dialog = SettingsDialog(ConversationSettings(conversation.system, conversation.temperature))
        if (settings := await self.app.push_screen_wait(dialog)) is not None:
            conversation.system, conversation.temperature = settings.system, settings.temperature
        self.prompt.focus()

    @background(group="dialog", exclusive=True)
    async def action_new(self) -> None:
        """Start a new conversation; the previous one is in the history."""
        await self.open_conversation(Conversation())
        self.prompt.focus()

    @background(group="dialog", exclusive=True)
    async def action_history(self) -> None:
        """Open an earlier conversation."""
        kept = self.context.workspace.conversations
        chosen = await self.app.push_screen_wait(HistoryDialog(kept, self.conversation.session))
        if chosen is None or chosen == self.conversation.session:
            return
        session, turns = await asyncio.to_thread(find_conversation, kept, chosen)
        await self.open_conversation(Conversation(session.id, turns))
        self.header.choose(session.model)
        if session.key is None or session.key in self.state.keys:
            self.app.testing_key = session.key
        self.prompt.focus()

    async def open_conversation(self, conversation: Conversation) -> None:
        """Show another conversation; the answer to a question in the one before stops."""
        self.stop()
        self.conversation = conversation
        self.set_editing(False)
        self.approval_desk.policy = ApprovalPolicy()
        await self.transcript.show(conversation.turns)
        self.show_empty()
        self.say_state()
        self.refresh_bindings()

    @background(group="dialog", exclusive=True)
    async def action_export(self) -> None:
        """Write the conversation to a file."""
        session = self.conversation.session
        if session is not None:
            file = await self.app.push_screen_wait(ExportDialog(self.context.workspace, session))
            if file is not None:
                self.app.say(f"Saved {file}")
