"""What can be done in the Chat mode."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action
from mcptui.tui.keys.meanings import Meaning


class Conversing(Protocol):
    """What decides which actions there are."""

    @property
    def is_answering(self) -> bool: ...
    @property
    def has_turns(self) -> bool: ...
    @property
    def is_kept(self) -> bool: ...
    @property
    def has_model(self) -> bool: ...
    @property
    def can_answer(self) -> bool: ...


def _is_answering(screen: Conversing) -> bool:
    return screen.is_answering


def _has_turns(screen: Conversing) -> bool:
    return screen.has_turns


def _can_redo(screen: Conversing) -> bool:
    return screen.has_turns and not screen.is_answering


def _can_begin(screen: Conversing) -> bool:
    """Not while a call waits: n could be meant as an answer."""
    return screen.has_turns and not screen.can_answer


def _is_kept(screen: Conversing) -> bool:
    return screen.is_kept


def _has_model(screen: Conversing) -> bool:
    return screen.has_model


def _can_answer(screen: Conversing) -> bool:
    return screen.can_answer


def _answer(verb: str, title: str, handler: str, meaning: Meaning, label: str) -> Action:
    """One of the answers to a call that waits."""
    return Action(id=f"chat.{verb}", title=title, handler=handler, meaning=meaning, label=label, when=_can_answer)


ACTIONS: Final = (
    _answer("once", "Run the call once", "answer('once')", meanings.GRANT, "Allow once"),
    _answer(
        "always",
        "Always allow this tool in this conversation",
        "answer('always')",
        meanings.GRANT_ALWAYS,
        "Always allow",
    ),
    _answer("reject", "Reject the call", "answer('reject')", meanings.DENY, "Reject"),
    _answer(
        "never",
        "Always reject this tool in this conversation",
        "answer('never')",
        meanings.DENY_ALWAYS,
        "Always reject",
    ),
    _answer("why", "Reject the call and tell the model why", "reject_with_reason", meanings.EXPLAIN, "With reason"),
    _answer("edit", "Edit the arguments of the call and run it", "edit_call", meanings.EDIT.only("e"), "Edit"),
    Action(
        id="chat.stop",
        title="Stop the answer and keep the partial text",
        handler="stop",
        meaning=meanings.BACK,
        label="Stop",
        when=_is_answering,
    ),
    Action(id="chat.write", title="Go to the input", handler="write", meaning=meanings.OPEN),
    Action(
        id="chat.retry",
        title="Ask for the last answer again",
        handler="retry",
        meaning=meanings.AGAIN.only("alt+r"),
        when=_can_redo,
    ),
    Action(
        id="chat.edit_last",
        title="Edit the last message and send it again",
        handler="edit_last",
        meaning=meanings.EDIT.only("alt+e"),
        when=_can_redo,
    ),
    Action(
        id="chat.settings",
        title="Set the system prompt and the temperature of the conversation",
        handler="settings",
        meaning=meanings.SETTINGS,
        when=_has_model,
    ),
    Action(
        id="chat.new",
        title="New conversation",
        handler="new",
        meaning=meanings.ADD,
        label="New",
        when=_can_begin,
    ),
    Action(
        id="chat.history",
        title="Conversations: search, open, delete",
        handler="history",
        meaning=meanings.EARLIER,
        label="History",
    ),
    Action(
        id="chat.export",
        title="Export the conversation as Markdown or JSON",
        handler="export",
        meaning=meanings.EXPORT,
        label="Export",
        when=_is_kept,
    ),
    Action(
        id="chat.approvals",
        title="Approve tool calls, or run them automatically",
        handler="toggle_approvals",
        meaning=meanings.APPROVALS,
        priority=True,
        label="Approvals",
        when=_has_model,
    ),
    Action(id="chat.copy", title="Copy the last answer", handler="copy_answer", meaning=meanings.COPY, when=_has_turns),
    Action(
        id="chat.models", title="Models: add, edit, delete", handler="models", meaning=meanings.MODELS, priority=True
    ),
    Action(id="chat.key", title="Select the key whose tools are used", handler="choose_key", meaning=meanings.KEY),
    Action(
        id="chat.servers",
        title="Select the servers whose tools the model gets",
        handler="choose_servers",
        meaning=meanings.SERVERS,
        label="Servers",
        when=_has_model,
    ),
    Action(id="chat.up", title="Previous text or tool call", handler="block(-1)", meaning=meanings.PREVIOUS_BLOCK),
    Action(id="chat.down", title="Next text or tool call", handler="block(1)", meaning=meanings.NEXT_BLOCK),
    Action(
        id="chat.page_up", title="Scroll up", handler="page(-1)", meaning=meanings.PAGE_UP.only("pageup"), priority=True
    ),
    Action(
        id="chat.page_down",
        title="Scroll down",
        handler="page(1)",
        meaning=meanings.PAGE_DOWN.only("pagedown"),
        priority=True,
    ),
    Action(id="chat.end", title="Go to the end and follow", handler="follow", meaning=meanings.LAST),
)
