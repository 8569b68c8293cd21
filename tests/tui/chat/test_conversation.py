from __future__ import annotations

from pathlib import Path
from typing import Any

from mcptui.model.chat import ChatTurn
from mcptui.services.totals import Totals
from mcptui.services.workspace import Workspace
from mcptui.tui.chat.conversation import Conversation

ANSWER: dict[str, Any] = {"role": "assistant", "content": "Hello"}


def turn(question: str, **members: Any) -> ChatTurn:
    return ChatTurn(question=question, model="m", at=1.0, **members)


def test_it_grows_and_is_kept(tmp_path: Path) -> None:
    ws = Workspace.open(tmp_path)
    conversation = Conversation()
    assert conversation.messages("Hi") == [{"role": "user", "content": "Hi"}]
    assert conversation.totals == Totals()
    conversation.add(turn("Hi", messages=[ANSWER], usage={"prompt_tokens": 7, "completion_tokens": 3}))
    conversation.keep(ws)
    conversation.add(
        turn("And?", messages=[ANSWER], usage={"prompt_tokens": 20}, cost=0.5, servers=["one"], context=20)
    )
    conversation.keep(ws)
    assert conversation.totals == Totals(27, 3, 0.5)
    asked = [message["content"] for message in conversation.messages("More")]
    assert asked == ["Hi", "Hello", "And?", "Hello", "More"]
    (session,) = ws.conversations.sessions()
    assert session.id == conversation.session
    again = Conversation(session.id, ws.conversations.turns(session.id))
    assert again.messages("More") == conversation.messages("More")
    assert again.latest == again.turns[-1]
    assert (again.servers, again.totals) == (["one"], conversation.totals)
    ws.conversations.close()
