"""The Chat mode: a model answers with the tools of a key."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import cached_property
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.worker import Worker

from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.services.answering import Answer
from mcptui.state.loaded import Loaded
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.chat.approval import ApprovalBar, Verdict
from mcptui.tui.chat.attach_actions import AttachActions
from mcptui.tui.chat.blocks import copy
from mcptui.tui.chat.conversation import Conversation
from mcptui.tui.chat.draft import FILE_NAME, KEEP_SECONDS, Draft
from mcptui.tui.chat.header import ChatHeader
from mcptui.tui.chat.mode import CHAT
from mcptui.tui.chat.prompt import Prompt
from mcptui.tui.chat.servers import words
from mcptui.tui.chat.texts import HELP, no_model, welcome
from mcptui.tui.chat.transcript import Transcript
from mcptui.tui.chat.turn import Turn
from mcptui.tui.keys.actions import bindings
from mcptui.tui.widgets.empty_state import EmptyState


class ChatScreen(AttachActions):
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
    PANES = ("Transcript",)
    HELP = HELP

    def __init__(self) -> None:
        super().__init__()
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
        self.watch(self.app, "testing_key", self.say_state)

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
        return self.conversation.session is not None

    @property
    def has_model(self) -> bool:
        """Whether a model is chosen."""
        return self.header.model is not None

    def state_changed(self, loaded: Loaded) -> None:
        self.header.set_models(tuple(loaded.state.models))
        self.show_empty()
        self.say_state()

    def show_empty(self) -> None:
        """Show what to do while there is nothing else."""
        models = self.state.models
        self.set_class(not models, "-no-model")
        self.set_class(not self.has_turns, "-empty")
        self.query_one("#empty", EmptyState).update(welcome() if models else no_model())

    def say_state(self) -> None:
        """Show what the conversation uses, and what the keys of the input do."""
        conversation = self.conversation
        servers = words(self.state, self.app.testing_key, conversation.servers)
        self.header.say_tools(servers, unasked=self.approval_desk.policy.everything)
        self.prompt.say_used(conversation.totals, conversation.latest)
        self.prompt.say_answering(self.is_answering)
        self.prompt.set_history([turn.question for turn in conversation.turns])

    # --- a turn ---

    @on(Prompt.Sent)
    def _sent(self, event: Prompt.Sent) -> None:
        if self.is_answering:
            self.app.say("The answer is not finished; esc stops it.")
        elif (model := self.header.model) is None:
            self.action_models()
        else:
            self.prompt.begin_anew()
            self.ask_model(model, event.text, replaces_last=self.is_editing)

    def ask_model(self, model: str, text: str, *, replaces_last: bool = False) -> None:
        """Send a message; with ``replaces_last`` its turn takes the place of the last one."""
        self.set_editing(False)
        self._turn = self.run_turn(model, text, replaces_last=replaces_last)
        self.say_state()
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
    async def run_turn(self, model: str, text: str, *, replaces_last: bool = False) -> None:
        """From the question to the end of the answer."""
        conversation, key = self.conversation, self.app.testing_key
        turn: Turn | None = None
        self._questions.open()
        try:
            if replaces_last:
                conversation.take_back()
                await self.transcript.remove_last()
            request: JsonObject = {
                "model": model,
                "key": key,
                "servers": conversation.servers,
                "system": conversation.system,
                "temperature": conversation.temperature,
                "messages": conversation.messages(text),
                "attached": self.attached_to(text),
                "approve": "never" if self.approval_desk.policy.everything else "ask",
            }
            answer = Answer(text, request, at=self.context.clock())
            turn = self._current = Turn(self.context, conversation, await self.transcript.begin(text), answer)
            self.show_empty()
            async with aclosing(turn.follow(request)) as events:
                async for event in events:
                    await self._answer_wanted(event)
            if turn.is_unanswered and not replaces_last:
                self.prompt.restore(text)
            await turn.end()
            await self._put_back(conversation)
            if turn.error is not None and replaces_last:
                self.app.show_error(turn.error)
        except asyncio.CancelledError:
            if turn is not None:
                await turn.stop()
            await self._put_back(conversation)
            raise
        finally:
            self._turn = self._current = None
            if self.is_running:
                self._questions.close()
                self.approvals.clear()
                self._back_to_prompt()
                self.say_state()
                self.refresh_bindings()
        if turn.error is not None and turn.needs_key:
            self.ask_for_key(model, turn.error.message)

    async def _put_back(self, conversation: Conversation) -> None:
        """Show the turn again that was to be replaced, where nothing took its place."""
        if conversation.put_back() and conversation is self.conversation and self.is_running:
            await self.transcript.show(conversation.turns)

    async def _answer_wanted(self, event: CallEvent) -> None:
        if event.type == "ask":
            self.ask(event.value)
            return
        await self.approval_desk.wanted(event.value)
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
            await self.approval_desk.decided(call, verdict)
            self._back_to_prompt()

    @background(group="dialog", exclusive=True)
    async def action_edit_call(self) -> None:
        """Run the call that waits with other arguments."""
        if (call := self.approvals.first) is not None:
            await self.approval_desk.edit(call)
            self._back_to_prompt()

    @background(group="dialog", exclusive=True)
    async def action_reject_with_reason(self) -> None:
        """Reject the call that waits and tell the model why."""
        if (call := self.approvals.first) is not None:
            await self.approval_desk.reject(call)
            self._back_to_prompt()

    def _back_to_prompt(self) -> None:
        self._wait_or_go_on()
        if not self.approvals.is_waiting and (self.approvals.was_focused or self.focused is None):
            self.approvals.was_focused = False
            self.prompt.focus()
        self.refresh_bindings()

    # --- the other actions ---

    def stop(self) -> None:
        """Stop the answer."""
        if self._turn is not None:
            self._turn.cancel()

    def action_stop(self) -> None:
        """Stop the answer."""
        self.stop()

    def action_write(self) -> None:
        """Put the focus into the text field."""
        self.prompt.focus()

    async def action_toggle_approvals(self) -> None:
        """Ask before tools run that may change something, or never in this conversation."""
        await self.approval_desk.run_everything(not self.approval_desk.policy.everything)
        self._back_to_prompt()
        self.say_state()

    def action_copy_answer(self) -> None:
        """Copy the last answer."""
        if self.conversation.turns:
            copy(self.app, self.conversation.turns[-1].text)

    def action_block(self, step: int) -> None:
        """Go to the next text or tool call (1), or the one before (-1); below the last one is the text field."""
        if not self.transcript.step(step):
            self.prompt.focus()

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
