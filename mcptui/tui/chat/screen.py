"""The Chat mode: a model answers with the tools of a key."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from rich.text import Text
from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Markdown, Select, Static
from textual.worker import Worker

from mcptui.errors import McptuiError
from mcptui.model import LlmModel
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.services.models import add_model
from mcptui.state.loaded import Loaded
from mcptui.tui.actions import bindings
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.base import ModeScreen
from mcptui.tui.chat.actions import ACTIONS
from mcptui.tui.chat.approval import ApprovalBar, ApprovalPolicy, ArgumentsDialog
from mcptui.tui.chat.conversation import Conversation
from mcptui.tui.chat.model_dialog import ModelDialog
from mcptui.tui.chat.prompt import Prompt
from mcptui.tui.chat.turn_view import TurnView, usage_words
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog
from mcptui.tui.widgets.empty_state import EmptyState
from mcptui.tui.widgets.key_select import KeySelect

#: Older turns are plain text.
_LIVE_TURNS: Final = 12


class ChatScreen(ModeScreen):
    """The Chat mode."""

    MODE = "chat"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    AUTO_FOCUS = "Prompt"
    DEFAULT_CSS = """
    ChatScreen #chat-row { height: 1; padding: 0 1; }
    ChatScreen #chat-row > .label { width: auto; padding: 0 1; color: $foreground-muted; }
    ChatScreen #model { width: 18; }
    ChatScreen KeySelect { width: 26; }
    ChatScreen.-wide #model, ChatScreen.-wide KeySelect { width: 34; }
    ChatScreen #approvals { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; padding: 0 1; }
    ChatScreen #transcript { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    ChatScreen #empty { height: 1fr; display: none; }
    ChatScreen.-empty #empty { display: block; }
    ChatScreen.-empty #transcript { display: none; }
    ChatScreen.-no-model Prompt, ChatScreen.-no-model #chat-row { display: none; }
    """
    HELP = """
# Chat

`enter` sends, `ctrl+j` is a new line, `esc` stops the answer and keeps what came; without one it leaves the text
field, so that `1` to `5` work, and `i` goes back.

Tool calls are lines that `enter` opens. Tools that may change things wait for your answer: `a` once, `A` always in
this conversation, `r` reject, `R` always reject.
"""

    prompt = getters.query_one(Prompt)
    transcript = getters.query_one("#transcript", VerticalScroll)
    approvals = getters.query_one(ApprovalBar)

    def __init__(self) -> None:
        super().__init__()
        self._conversation = Conversation()
        self._policy = ApprovalPolicy()
        self._desk = QuestionDesk(self)
        self._turn: Worker[None] | None = None
        self._approve = "ask"
        self._models: tuple[str, ...] = ()
        self._answer = ""

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="chat-row"):
            yield Static(Content("Model"), classes="label")
            yield Select[str]([], prompt="none", compact=True, id="model")
            yield Static(Content("as"), classes="label")
            yield KeySelect()
            yield Static(id="approvals")
        yield EmptyState("", "", id="empty")
        yield VerticalScroll(id="transcript", can_focus=True)
        yield ApprovalBar()
        yield Prompt()

    def on_mount(self) -> None:
        super().on_mount()
        self.transcript.anchor()
        self._show_approvals()

    # --- what is going on ---

    @property
    def is_answering(self) -> bool:
        """Whether a turn runs."""
        return self._turn is not None

    @property
    def has_turns(self) -> bool:
        """Whether the conversation has begun."""
        return bool(self.query(TurnView))

    @property
    def model(self) -> str | None:
        """The chosen model."""
        value = self.query_one("#model", Select).value
        return value if isinstance(value, str) else None

    def state_changed(self, loaded: Loaded) -> None:
        names = tuple(loaded.state.models)
        if names != self._models:
            self._models = names
            chosen = self.model if self.model in names else next(iter(names), None)
            select: Select[str] = self.query_one("#model", Select)
            select.set_options((Text(one_line(name, limit=40)), name) for name in names)
            if chosen is not None:
                select.value = chosen
        self._show_empty()

    def _show_empty(self) -> None:
        self.set_class(not self._models, "-no-model")
        self.set_class(not self.has_turns, "-empty")
        self.query_one("#empty", EmptyState).update(_welcome() if self._models else _no_model())

    def _show_approvals(self) -> None:
        words = "tools: ask first" if self._approve == "ask" else "tools: run unasked"
        self.query_one("#approvals", Static).update(Content(words))

    # --- a turn ---

    @on(Prompt.Sent)
    def _sent(self, event: Prompt.Sent) -> None:
        if self.is_answering:
            self.app.say("An answer is still coming; esc stops it.")
        elif self.model is None:
            self.action_add_model()
        else:
            self.prompt.text = ""
            self._turn = self.run_turn(self.model, event.text)
            self.refresh_bindings()

    @on(Prompt.Left)
    def _left(self) -> None:
        if self.is_answering:
            self.action_stop()
        else:
            self.transcript.focus()

    @background(group="turn", exclusive=True)
    async def run_turn(self, model: str, text: str) -> None:
        """From the question to the end of the answer."""
        view = TurnView(text)
        self._conversation.ask(text)
        self._answer = ""
        self._desk.open()
        started = self.context.clock()
        try:
            await self.transcript.mount(view)
            self._show_empty()
            self.transcript.anchor()
            await self._retire_old()
            request = {
                "model": model,
                "key": self.app.testing_key,
                "messages": self._conversation.messages,
                "approve": self._approve,
            }
            await self._follow(view, request, started)
        except McptuiError as error:
            await self._failed(view, error, [])
        except asyncio.CancelledError:
            if self.is_running:
                self._conversation.stop(view.text)
                await view.end("■ Stopped; what came is kept", "warn")
            raise
        finally:
            self._turn = None
            if self.is_running:
                self._answer = view.text
                self._desk.close()
                self._end_approvals()
                self.refresh_bindings()

    async def _follow(self, view: TurnView, request: JsonObject, started: float) -> None:
        async for event in self.context.gateway.chat(request):
            match event.type:
                case "done":
                    self._conversation.finish(event.value.get("messages") or [])
                    await view.end(usage_words(event.value, self.context.clock() - started))
                    return
                case "error":
                    await self._failed(view, _error(event), _messages(event))
                    return
                case _:
                    await self._on_event(view, event)
        await self._failed(view, McptuiError("The connection to the gateway ended in the middle of the answer."), [])

    async def _on_event(self, view: TurnView, event: CallEvent) -> None:
        match event.type:
            case "text":
                await view.add_text(str(event.value.get("delta", "")))
            case "tool":
                await view.show_call(event.value)
            case "approval":
                await view.show_call({**event.value, "status": "waiting"})
                await self._approval_wanted(event.value)
            case "ask":
                self.ask(event.value)

    async def _failed(self, view: TurnView, error: McptuiError, messages: list[JsonObject]) -> None:
        """Show the error; a question without any answer goes back into the prompt."""
        if (question := self._conversation.fail(messages)) and not view.text:
            self.prompt.restore(question)
        await view.fail(error)

    async def _retire_old(self) -> None:
        turns = list(self.query(TurnView))
        if len(turns) > _LIVE_TURNS:
            await turns[-_LIVE_TURNS - 1].retire()

    @background(group="ask")
    async def ask(self, question: JsonObject) -> None:
        """Have the person answer a question of a server."""
        await self._desk.ask("", question)

    # --- approvals ---

    async def _approval_wanted(self, call: JsonObject) -> None:
        known = self._policy.known(str(call.get("name")))
        if known is not None:
            await self._answer_approval(call, known)
            return
        self.approvals.add(call)
        # Not while something is typed: the next letter would be an answer.
        if not self.prompt.text:
            self.approvals.focus()

    @on(ApprovalBar.Answered)
    async def _approval_answered(self, event: ApprovalBar.Answered) -> None:
        tool = str(event.call.get("name"))
        runs = self._policy.decide(tool, event.verdict)
        await self._answer_approval(event.call, runs)
        if self._policy.known(tool) is not None:
            while (other := self.approvals.take(tool)) is not None:
                await self._answer_approval(other, runs)
        self._back_to_prompt()

    @on(ApprovalBar.EditWanted)
    @background(group="dialog", exclusive=True)
    async def edit_arguments(self, event: ApprovalBar.EditWanted) -> None:
        """Run a call with other arguments."""
        arguments = await self.app.push_screen_wait(ArgumentsDialog(event.call))
        if arguments is not None and self.approvals.take(str(event.call.get("name"))) is not None:
            await self._answer_approval(event.call, True, arguments)
            self._back_to_prompt()

    async def _answer_approval(self, call: JsonObject, runs: bool, arguments: JsonObject | None = None) -> None:
        answer: JsonObject = {"approve": runs} if arguments is None else {"approve": runs, "arguments": arguments}
        try:
            await self.context.gateway.answer(call.get("id"), answer)
        except McptuiError as error:
            self.app.show_error(error)

    def _end_approvals(self) -> None:
        self.approvals.clear()
        self._back_to_prompt()

    def _back_to_prompt(self) -> None:
        if not self.approvals.is_waiting and (self.approvals.has_focus or self.focused is None):
            self.prompt.focus()

    # --- the other actions ---

    def action_stop(self) -> None:
        """Stop the answer."""
        if self._turn is not None:
            self._turn.cancel()

    @background(group="dialog", exclusive=True)
    async def action_new(self) -> None:
        """Begin anew, after a question."""
        choices = (Choice("new", "New conversation", "primary"), CANCEL)
        text = "This conversation is not kept."
        if await self.app.push_screen_wait(ChoiceDialog("Begin a new conversation?", text, choices)) != "new":
            return
        if self._turn is not None:
            self._turn.cancel()
        self._conversation = Conversation()
        self._policy = ApprovalPolicy()
        await self.query(TurnView).remove()
        self._show_empty()
        self.prompt.focus()

    def action_write(self) -> None:
        """Put the focus into the text field."""
        self.prompt.focus()

    def action_toggle_approvals(self) -> None:
        """Ask before tools run that may change something, or never."""
        self._approve = "never" if self._approve == "ask" else "ask"
        self._show_approvals()

    def action_copy_answer(self) -> None:
        """Copy the last answer."""
        self.app.copy_to_clipboard(visible(self._answer))
        self.app.say(f"Copied, {len(self._answer)} characters")

    @background(group="dialog", exclusive=True)
    async def action_add_model(self) -> None:
        """Set up a model."""

        async def save(model: LlmModel) -> None:
            await self.app.change(add_model, model)

        status = self.app.secret_status
        name = await self.app.push_screen_wait(ModelDialog(save, status.backend if status else "keyring"))
        if name is not None:
            self.query_one("#model", Select).value = name
            self.prompt.focus()

    def action_choose_key(self) -> None:
        """Put the focus on the choice of the key."""
        self.query_one(KeySelect).focus()

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.transcript.scroll_end(animate=False)
        self.transcript.anchor()

    @on(Markdown.LinkClicked)
    @background(group="dialog", exclusive=True)
    async def open_link(self, event: Markdown.LinkClicked) -> None:
        """A model's link is opened only after the person saw where it goes."""
        if not event.href.startswith(("https://", "http://")):
            self.app.say(f"Not opened: {one_line(event.href, limit=200)}")
            return
        choices = (CANCEL, Choice("open", "Open", "primary"))
        if await self.app.push_screen_wait(ChoiceDialog("Open this address?", event.href, choices)) == "open":
            self.app.open_url(event.href)


def _error(event: CallEvent) -> McptuiError:
    data = event.value.get("data")
    hint = data.get("hint") if isinstance(data, dict) else None
    return McptuiError(str(event.value.get("message", "The model gave no answer.")), hint=hint)


def _messages(event: CallEvent) -> list[JsonObject]:
    data = event.value.get("data")
    messages = data.get("messages") if isinstance(data, dict) else None
    return messages if isinstance(messages, list) else []


def _welcome() -> Content:
    text = "The model sees the tools of the key above and calls them through the gateway."
    return EmptyState.content_of("Ask something", text, [("enter", "send"), ("ctrl+j", "new line")])


def _no_model() -> Content:
    text = "An OpenAI key is enough; any address that speaks its API works.\nmcptui demo has one without an account."
    return EmptyState.content_of("No model yet", text, [("f2", "add a model")])
