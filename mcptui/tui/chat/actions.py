"""What can be done in the Chat mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mcptui.tui.actions import Action

if TYPE_CHECKING:
    from mcptui.tui.chat.screen import ChatScreen


def _is_answering(screen: ChatScreen) -> bool:
    return screen.is_answering


def _has_turns(screen: ChatScreen) -> bool:
    return screen.has_turns


def _is_kept(screen: ChatScreen) -> bool:
    return screen.is_kept


ACTIONS: Final = (
    Action(
        id="chat.stop",
        title="Stop the answer and keep what came",
        handler="stop",
        keys=("escape",),
        label="Stop",
        when=_is_answering,
    ),
    Action(id="chat.write", title="Go to the text field", handler="write", keys=("i",)),
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
        title="Find and open an earlier conversation",
        handler="history",
        keys=("ctrl+r",),
        label="History",
    ),
    Action(
        id="chat.export",
        title="Write the conversation as Markdown or JSON",
        handler="export",
        keys=("ctrl+s",),
        label="Export",
        when=_is_kept,
    ),
    Action(
        id="chat.approvals",
        title="Ask before tools run, or not",
        handler="toggle_approvals",
        keys=("ctrl+t",),
        label="Approvals",
    ),
    Action(id="chat.copy", title="Copy the last answer", handler="copy_answer", keys=("ctrl+g",), when=_has_turns),
    Action(id="chat.model", title="Add a model", handler="add_model", keys=("f2",), label="Add model"),
    Action(id="chat.key", title="Choose the key whose tools are used", handler="choose_key", keys=("f8",)),
    Action(id="chat.up", title="Go to the text or tool call before", handler="block(-1)", keys=("alt+up",)),
    Action(id="chat.down", title="Go to the next text or tool call", handler="block(1)", keys=("alt+down",)),
    Action(id="chat.end", title="Go to the end and follow it", handler="follow", keys=("end",)),
)
