"""What the Chat mode says about itself."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from mcptui.tui.widgets.empty_state import EmptyState

HELP: Final = """
# Chat

`enter` sends, `ctrl+j` inserts a new line. `esc` stops the answer and keeps the partial text; without a running answer
it leaves the input, so that `1` to `5` change the mode, and `i` goes back to it.

Each tool call is one line that `enter` opens. Tools that are not declared read-only need approval: `a` allows the call
once, `A` always allows the tool in this conversation, `r` rejects the call, `R` always rejects the tool, `w` rejects
with a reason, `e` edits the arguments first.

`@` attaches a resource, `/` in the empty input inserts a prompt.

`up` on the first line goes through sent messages, `alt+r` asks for the last answer again, `alt+e` edits the last
message, `alt+s` sets system prompt and temperature.

`alt+up` and `alt+down` move through texts and tool calls; there, `y` copies a text and `c` the code in it.
Conversations are saved: `ctrl+r` lists and opens them, `ctrl+s` exports one as Markdown or JSON.
"""


def welcome() -> Content:
    """Before the first question."""
    text = "The model gets the tools of the key above and calls them through the gateway."
    keys = [("enter", "send"), ("ctrl+j", "new line"), ("ctrl+r", "conversations")]
    return EmptyState.content_of("Start a conversation", text, keys)


def no_model() -> Content:
    """Without any model."""
    text = (
        "Add one with an OpenAI API key, or any OpenAI-compatible URL.\nmcptui demo has a model that needs no account."
    )
    return EmptyState.content_of("No model yet", text, [("f2", "add a model")])
