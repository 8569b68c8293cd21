"""The messages that a model gets."""

from __future__ import annotations

from mcptui.tui.chat.conversation import Conversation


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def test_turns_add_up() -> None:
    conversation = Conversation()
    conversation.ask("one")
    assert conversation.messages == [user("one")]
    conversation.finish([assistant("1")])
    conversation.ask("two")
    assert conversation.messages == [user("one"), assistant("1"), user("two")]


def test_a_stopped_turn_keeps_what_came() -> None:
    conversation = Conversation()
    conversation.ask("one")
    conversation.stop("half")
    assert conversation.messages == [user("one"), assistant("half")]
    conversation.ask("two")
    conversation.stop("")
    assert conversation.messages == [user("one"), assistant("half")]


def test_a_failed_turn_leaves_no_trace_unless_something_came() -> None:
    conversation = Conversation()
    conversation.ask("one")
    assert conversation.fail([]) == "one"
    assert conversation.messages == []
    conversation.ask("one")
    assert conversation.fail([assistant("1")]) == ""
    assert conversation.messages == [user("one"), assistant("1")]
