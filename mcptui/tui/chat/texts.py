"""What the Chat mode says about itself."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from mcptui.tui.widgets.empty_state import EmptyState

HELP: Final = """
# Chat

`enter` sends, `ctrl+j` inserts a new line. `esc` stops the answer and keeps the partial text; without a running answer
it leaves the input, so that `1` to `5` change the mode, and `enter` goes back to it.

Each tool call is one line that `enter` opens. Tools that are not declared read-only need approval: `a` allows the call
once, `A` always allows the tool in this conversation, `-` rejects the call, `_` always rejects the tool, `w` rejects
with a reason, `e` edits the arguments first.

`@` attaches a resource, `/` in the empty input inserts a prompt.

`up` on the first line goes through sent messages, `alt+r` asks for the last answer again, `alt+e` edits the last
message, `f2` sets system prompt and temperature.

`alt+k` and `alt+j` move through texts and tool calls; there, `y` copies a text and `Y` the code in it.
Conversations are saved: `alt+h` lists and opens them, `alt+x` exports one as Markdown or JSON.
"""


def welcome() -> Content:
    """Before the first question."""
    text = "The model gets the tools of the key above and calls them through the gateway."
    keys = [("enter", "send"), ("ctrl+j", "new line"), ("alt+h", "conversations")]
    return EmptyState.content_of("Start a conversation", text, keys)


def no_model() -> Content:
    """Without any model."""
    text = (
        "Add one with an OpenAI API key, or any OpenAI-compatible URL.\nmcptui demo has a model that needs no account."
    )
    return EmptyState.content_of("No model yet", text, [("f6", "add a model")])
