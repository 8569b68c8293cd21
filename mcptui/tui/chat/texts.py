"""What the Chat mode says about itself."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from mcptui.tui.widgets.empty_state import EmptyState

HELP: Final = """
# Chat

`enter` sends, `ctrl+j` is a new line, `esc` stops the answer and keeps what came; without one it leaves the text
field, so that `1` to `5` work, and `i` goes back.

Tool calls are lines that `enter` opens. Tools that may change things wait for your answer: `a` once, `A` always in
this conversation, `r` reject, `R` always reject, `w` reject and tell the model why, `e` change the arguments first.

`alt+up` and `alt+down` walk through the answers; there, `y` copies a text and `c` the code in it. Every conversation
is kept: `ctrl+r` finds and opens it again, `ctrl+s` writes it as Markdown or JSON.
"""


def welcome() -> Content:
    """Before the first question."""
    text = "The model sees the tools of the key above and calls them through the gateway."
    keys = [("enter", "send"), ("ctrl+j", "new line"), ("ctrl+r", "earlier conversations")]
    return EmptyState.content_of("Ask something", text, keys)


def no_model() -> Content:
    """Without any model."""
    text = "An OpenAI key is enough; any address that speaks its API works.\nmcptui demo has one without an account."
    return EmptyState.content_of("No model yet", text, [("f2", "add a model")])
