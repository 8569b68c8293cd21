"""The Chat mode: a model answers with the tools of a key."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import cached_property
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.worker import Worker

from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.services.answering import Answer
from mcptui.services.conversations import find_conversation
from mcptui.state.loaded import Loaded
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.chat.approval import ApprovalBar, Verdict
from mcptui.tui.chat.approvals import ApprovalDesk, ApprovalPolicy
from mcptui.tui.chat.blocks import copy
from mcptui.tui.chat.conversation import Conversation
from mcptui.tui.chat.draft import FILE_NAME, KEEP_SECONDS, Draft
from mcptui.tui.chat.export import ExportDialog
from mcptui.tui.chat.header import ChatHeader
from mcptui.tui.chat.history import HistoryDialog
from mcptui.tui.chat.mode import CHAT
from mcptui.tui.chat.models import change_model, renew_key, set_up_model
from mcptui.tui.chat.prompt import Prompt
from mcptui.tui.chat.servers import reachable, words
from mcptui.tui.chat.servers_dialog import ServersDialog
from mcptui.tui.chat.texts import HELP, no_model, welcome
from mcptui.tui.chat.transcript import Transcript
from mcptui.tui.chat.turn import Turn
from mcptui.tui.keys.actions import bindings
from mcptui.tui.servers.marks import WORKING, state_text
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.key_select import KeySelect


class ChatScreen(ModeScreen):
    """The Chat mode."""

    MODE = CHAT
    ACTIONS = CHAT.actions
    BINDINGS: ClassVar[list[BindingType]] = bindings(CHAT.actions)
    AUTO_FOCUS = "Prompt"
    DEFAULT_CSS = """
    ChatScreen #empty { height: 1fr; display: none; }
    ChatScreen.-empty #empty { display: block; }
    ChatScreen.-empty Transcript { display: none; }
    ChatScreen.-no-model Prompt, ChatScreen.-no-model ChatHeader { display: none; }
    """
    HELP = HELP

    prompt = getters.query_one(Prompt)
    transcript = getters.query_one(Transcript)
    approvals = getters.query_one(ApprovalBar)
    header = getters.query_one(ChatHeader)

    def __init__(self) -> None:
        super().__init__()
        self._conversation = Conversation()
        self._approvals = ApprovalDesk(self)
        self._questions = QuestionDesk(self)
        self._turn: Worker[None] | None = None
        self._current: Turn | None = None
        self._draft_timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        yield ChatHeader()
        yield EmptyState("", "", id="empty")
        yield Transcript()
        yield ApprovalBar()
        yield Prompt()

    def on_mount(self) -> None:
        super().on_mount()
        self.prompt.restore(self._draft.text)
        self.watch(self.app, "testing_key", self._say_state)

    def on_unmount(self) -> None:
        self._draft.keep()

    @cached_property
    def _draft(self) -> Draft:
        return Draft(self.context.workspace.paths.state_dir / FILE_NAME)

    @on(Prompt.Changed)
    def _typed(self) -> None:
        self._draft.text = self.prompt.text
        if self._draft_timer is None:
            self._draft_timer = self.set_timer(KEEP_SECONDS, self._keep_draft)

    @background(group="draft")
    async def _keep_draft(self) -> None:
        """A crash must not lose the text."""
        self._draft_timer = None
        await asyncio.to_thread(self._draft.keep)

    # --- what is going on ---

    @property
    def is_answering(self) -> bool:
        """Whether a turn runs."""
        return self._turn is not None

    @property
    def has_turns(self) -> bool:
        """Whether the conversation has begun."""
        return not self.transcript.is_empty

    @property
    def is_kept(self) -> bool:
        """Whether the conversation is in the history."""
        return self._conversation.session is not None

    @property
    def has_model(self) -> bool:
        """Whether a model is chosen."""
        return self.header.model is not None

    def state_changed(self, loaded: Loaded) -> None:
        self.header.set_models(tuple(loaded.state.models))
        self._show_empty()
        self._say_state()

    def _show_empty(self) -> None:
        models = self.state.models
        self.set_class(not models, "-no-model")
        self.set_class(not self.has_turns, "-empty")
        self.query_one("#empty", EmptyState).update(welcome() if models else no_model())

    def _say_state(self) -> None:
        conversation = self._conversation
        servers = words(self.state, self.app.testing_key, conversation.servers)
        self.header.say_tools(servers, unasked=self._approvals.policy.everything)
        self.prompt.say_used(conversation.totals, conversation.latest)
        self.prompt.say_answering(self.is_answering)

    # --- a turn ---

    @on(Prompt.Sent)
    def _sent(self, event: Prompt.Sent) -> None:
        if self.is_answering:
            self.app.say("The answer is not finished; esc stops it.")
        elif (model := self.header.model) is None:
            self.action_add_model()
        else:
            self.prompt.text = ""
            self._turn = self.run_turn(model, event.text)
            self._say_state()
            self.refresh_bindings()

    @on(Prompt.Left)
    def _left(self) -> None:
        if self.approvals.is_waiting:
            self.approvals.focus()
        elif self.is_answering:
            self.action_stop()
        else:
            self.transcript.focus()

    @background(group="turn", exclusive=True)
    async def run_turn(self, model: str, text: str) -> None:
        """From the question to the end of the answer."""
        conversation, key = self._conversation, self.app.testing_key
        turn: Turn | None = None
        self._questions.open()
        try:
            request: JsonObject = {
                "model": model,
                "key": key,
                "servers": conversation.servers,
                "messages": conversation.messages(text),
                "approve": "never" if self._approvals.policy.everything else "ask",
            }
            answer = Answer(text, request, at=self.context.clock())
            turn = self._current = Turn(self.context, conversation, await self.transcript.begin(text), answer)
            self._show_empty()
            async with aclosing(turn.follow(request)) as events:
                async for event in events:
                    await self._answer_wanted(event)
            if turn.is_unanswered:
                self.prompt.restore(text)
            await turn.end()
        except asyncio.CancelledError:
            if turn is not None:
                await turn.stop()
            raise
        finally:
            self._turn = self._current = None
            if self.is_running:
                self._questions.close()
                self.approvals.clear()
                self._back_to_prompt()
                self._say_state()
                self.refresh_bindings()
        if turn.error is not None and turn.needs_key:
            self.ask_for_key(model, turn.error.message)

    async def _answer_wanted(self, event: CallEvent) -> None:
        if event.type == "ask":
            self.ask(event.value)
            return
        await self._approvals.wanted(event.value)
        self._wait_or_go_on()
        # Not while something is typed: the next letter would be an answer.
        if self.approvals.is_waiting and not self.prompt.text:
            self.approvals.focus()
        self.refresh_bindings()

    @background(group="ask")
    async def ask(self, question: JsonObject) -> None:
        """Have the person answer a question of a server."""
        asking = self._questions.ask("", question)
        self._wait_or_go_on(also=True)
        await asking
        self._wait_or_go_on()

    def _wait_or_go_on(self, *, also: bool = False) -> None:
        """Tell the turn whether it waits for the person, so that this time is not counted."""
        if self._current is not None:
            self._current.wait(also or self.approvals.is_waiting or self._questions.is_waiting)

    # --- approvals ---

    @property
    def can_answer(self) -> bool:
        """Whether a call waits for a yes, and letters are not text."""
        return self.approvals.is_waiting and not self.prompt.has_focus

    async def action_answer(self, verdict: Verdict) -> None:
        """Decide about the call that waits."""
        if (call := self.approvals.take()) is not None:
            await self._approvals.decided(call, verdict)
            self._back_to_prompt()

    @background(group="dialog", exclusive=True)
    async def action_edit_call(self) -> None:
        """Run the call that waits with other arguments."""
        if (call := self.approvals.first) is not None:
            await self._approvals.edit(call)
            self._back_to_prompt()

    @background(group="dialog", exclusive=True)
    async def action_reject_with_reason(self) -> None:
        """Reject the call that waits and tell the model why."""
        if (call := self.approvals.first) is not None:
            await self._approvals.reject(call)
            self._back_to_prompt()

    def _back_to_prompt(self) -> None:
        self._wait_or_go_on()
        if not self.approvals.is_waiting and (self.approvals.was_focused or self.focused is None):
            self.approvals.was_focused = False
            self.prompt.focus()
        self.refresh_bindings()

    # --- conversations ---

    @background(group="dialog", exclusive=True)
    async def action_new(self) -> None:
        """Start a new conversation; the previous one is in the history."""
        await self._replace(Conversation())
        self.prompt.focus()

    @background(group="dialog", exclusive=True)
    async def action_history(self) -> None:
        """Open an earlier conversation."""
        kept = self.context.workspace.conversations
        chosen = await self.app.push_screen_wait(HistoryDialog(kept, self._conversation.session))
        if chosen is None or chosen == self._conversation.session:
            return
        session, turns = await asyncio.to_thread(find_conversation, kept, chosen)
        await self._replace(Conversation(session.id, turns))
        self.header.choose(session.model)
        if session.key is None or session.key in self.state.keys:
            self.app.testing_key = session.key
        self.prompt.focus()

    async def _replace(self, conversation: Conversation) -> None:
        self.action_stop()
        self._conversation = conversation
        self._approvals.policy = ApprovalPolicy()
        await self.transcript.show(conversation.turns)
        self._show_empty()
        self._say_state()
        self.refresh_bindings()

    @background(group="dialog", exclusive=True)
    async def action_export(self) -> None:
        """Write the conversation to a file."""
        session = self._conversation.session
        if session is not None:
            file = await self.app.push_screen_wait(ExportDialog(self.context.workspace, session))
            if file is not None:
                self.app.say(f"Saved {file}")

    # --- the other actions ---

    def action_stop(self) -> None:
        """Stop the answer."""
        if self._turn is not None:
            self._turn.cancel()

    def action_write(self) -> None:
        """Put the focus into the text field."""
        self.prompt.focus()

    async def action_toggle_approvals(self) -> None:
        """Ask before tools run that may change something, or never in this conversation."""
        await self._approvals.run_everything(not self._approvals.policy.everything)
        self._back_to_prompt()
        self._say_state()

    def action_copy_answer(self) -> None:
        """Copy the last answer."""
        if self._conversation.turns:
            copy(self.app, self._conversation.turns[-1].text)

    def action_block(self, step: int) -> None:
        """Go to the next text or tool call (1), or the one before (-1); below the last one is the text field."""
        if not self.transcript.step(step):
            self.prompt.focus()

    @background(group="dialog", exclusive=True)
    async def action_add_model(self) -> None:
        """Set up a model."""
        name = await set_up_model(self.app)
        if name is not None:
            self.header.choose(name)
            self.prompt.focus()

    @background(group="dialog", exclusive=True)
    async def action_edit_model(self) -> None:
        """Change the chosen model."""
        model = self.state.models.get(self.header.model or "")
        if model is not None:
            await change_model(self.app, model)
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
        chosen = await self.app.push_screen_wait(ServersDialog(who, notes, self._conversation.servers))
        if chosen is not None:
            (self._conversation.servers,) = chosen
            self._say_state()
        self.prompt.focus()

    def _note(self, server: str) -> str:
        """What the dialog says about a server."""
        status = self.app.gateway_view.server(server)
        if status is not None and status.state in WORKING and status.tools:
            return f"{status.tools} tools"
        return state_text(self.state.servers[server], status)

    def action_page(self, step: int) -> None:
        """Scroll by a page, also from the text field, which never needs more than its own lines."""
        if step < 0:
            self.transcript.scroll_page_up(animate=False)
        else:
            self.transcript.scroll_page_down(animate=False)

    @on(Prompt.AtEnd)
    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.transcript.follow()
