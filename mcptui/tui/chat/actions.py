"""What can be done in the Chat mode."""

from __future__ import annotations

from typing import Final, Protocol

from mcptui.tui.keys.actions import Action


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


def _is_kept(screen: Conversing) -> bool:
    return screen.is_kept


def _has_model(screen: Conversing) -> bool:
    return screen.has_model


def _can_answer(screen: Conversing) -> bool:
    return screen.can_answer


def _answer(verb: str, title: str, handler: str, key: str, label: str) -> Action:
    """One of the answers to a call that waits."""
    return Action(id=f"chat.{verb}", title=title, handler=handler, keys=(key,), label=label, when=_can_answer)


ACTIONS: Final = (
    _answer("once", "Run the call once", "answer('once')", "a", "Allow once"),
    _answer("always", "Always allow this tool in this conversation", "answer('always')", "A", "Always allow"),
    _answer("reject", "Reject the call", "answer('reject')", "r", "Reject"),
    _answer("never", "Always reject this tool in this conversation", "answer('never')", "R", "Always reject"),
    _answer("why", "Reject the call and tell the model why", "reject_with_reason", "w", "With reason"),
    _answer("edit", "Edit the arguments of the call and run it", "edit_call", "e", "Edit"),
    Action(
        id="chat.stop",
        title="Stop the answer and keep the partial text",
        handler="stop",
        keys=("escape",),
        label="Stop",
        when=_is_answering,
    ),
    Action(id="chat.write", title="Go to the input", handler="write", keys=("i",)),
    Action(
        id="chat.retry",
        title="Ask for the last answer again",
        handler="retry",
        keys=("alt+r",),
        when=_can_redo,
    ),
    Action(
        id="chat.edit_last",
        title="Edit the last message and send it again",
        handler="edit_last",
        keys=("alt+e",),
        when=_can_redo,
    ),
    Action(
        id="chat.settings",
        title="Set the system prompt and the temperature of the conversation",
        handler="settings",
        keys=("alt+s",),
        when=_has_model,
    ),
    Action(
        id="chat.new",
        title="New conversation",
        handler="new",
        keys=("ctrl+n",),
        label="New",
        when=_has_turns,
    ),
    Action(
        id="chat.history",
        title="Conversations: search, open, delete",
        handler="history",
        keys=("ctrl+r",),
        label="History",
    ),
    Action(
        id="chat.export",
        title="Export the conversation as Markdown or JSON",
        handler="export",
        keys=("ctrl+s",),
        label="Export",
        when=_is_kept,
    ),
    Action(
        id="chat.approvals",
        title="Approve tool calls, or run them automatically",
        handler="toggle_approvals",
        keys=("ctrl+t",),
        label="Approvals",
        when=_has_model,
    ),
    Action(id="chat.copy", title="Copy the last answer", handler="copy_answer", keys=("ctrl+g",), when=_has_turns),
    Action(id="chat.model", title="Add a model", handler="add_model", keys=("f2",), changes=True),
    Action(
        id="chat.edit_model",
        title="Edit the selected model: address, key, context, prices",
        handler="edit_model",
        keys=("ctrl+l",),
        when=_has_model,
        changes=True,
    ),
    Action(id="chat.key", title="Select the key whose tools are used", handler="choose_key", keys=("f8",)),
    Action(
        id="chat.servers",
        title="Select the servers whose tools the model gets",
        handler="choose_servers",
        keys=("f9",),
        label="Servers",
        when=_has_model,
    ),
    Action(id="chat.up", title="Previous text or tool call", handler="block(-1)", keys=("alt+up",)),
    Action(id="chat.down", title="Next text or tool call", handler="block(1)", keys=("alt+down",)),
    Action(id="chat.page_up", title="Scroll up", handler="page(-1)", keys=("pageup",), priority=True),
    Action(id="chat.page_down", title="Scroll down", handler="page(1)", keys=("pagedown",), priority=True),
    Action(id="chat.end", title="Go to the end and follow", handler="follow", keys=("end",)),
)
