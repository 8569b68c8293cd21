from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model.chat import ChatSession, ChatTurn
from mcptui.services.conversations import (
    as_json,
    as_markdown,
    export_conversation,
    find_conversation,
    keep_turn,
    messages_of,
    messages_so_far,
)
from mcptui.services.workspace import Workspace

KEY = "sk-mcptui-" + "Canary_-" * 5 + "abc"
OK: dict[str, Any] = {
    "type": "tool",
    "id": "1",
    "name": "add",
    "server": "one",
    "arguments": {"a": 1},
    "status": "ok",
    "ms": 1.0,
    "output": {"content": [{"type": "text", "text": "```3```"}]},
}
FAILED: dict[str, Any] = {**OK, "id": "2", "status": "error", "output": None, "error": "it exploded", "arguments": "[1"}
SESSION = ChatSession(id=7, title="Sums", model="m", key=None, created=0.0, updated=0.0, turns=1)


def turn(question: str, **members: Any) -> ChatTurn:
    return ChatTurn(question=question, model="m", at=0.0, **members)


def text(value: str) -> dict[str, Any]:
    return {"type": "text", "text": value}


def test_a_key_of_the_gateway_is_not_kept(tmp_path: Path) -> None:
    ws = Workspace.open(tmp_path)
    said = turn(f"my key is {KEY}", parts=[text(KEY)], messages=[{"role": "assistant", "content": KEY}])
    id_ = keep_turn(ws, said, None)
    session, (kept,) = find_conversation(ws.conversations, id_)
    assert KEY not in json.dumps([session.title, kept.question, *kept.parts, *kept.messages])
    assert kept.question.startswith("my key is [removed")
    written = b"".join(file.read_bytes() for file in ws.paths.state_dir.iterdir())
    assert b"my key is [removed" in written
    assert KEY.encode() not in written
    ws.conversations.close()


def test_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no conversation 7"):
        find_conversation(Workspace.open(tmp_path).conversations, 7)


def test_what_a_model_is_sent() -> None:
    answer = {"role": "assistant", "content": "yes"}
    assert messages_of([turn("a", messages=[answer]), turn("b", outcome="failed"), turn("c", messages=[answer])]) == [
        {"role": "user", "content": "a"},
        answer,
        {"role": "user", "content": "c"},
        answer,
    ]


def test_messages_of_a_stopped_answer() -> None:
    running = {**OK, "id": "3", "status": "running"}
    parts = [text("Let me see."), OK, FAILED, text("Now "), {**OK, "id": "4"}, running]
    messages = messages_so_far(parts)
    assert [message["role"] for message in messages] == ["assistant", "tool", "tool", "assistant", "tool"]
    assert [call["id"] for call in messages[0]["tool_calls"]] == ["call_1", "call_2"]
    assert messages[0]["tool_calls"][1]["function"] == {"name": "add", "arguments": "[1"}
    assert [messages[1]["content"], messages[2]["content"]] == ["```3```", "Error: it exploded"]
    assert messages[3]["content"] == "Now "
    begun_with_a_call = messages_so_far([OK, text("")])
    assert [message["role"] for message in begun_with_a_call] == ["assistant", "tool"]
    assert begun_with_a_call[0]["content"] is None
    assert messages_so_far([running]) == []
    # A call after the results of others is another round.
    again = messages_so_far([OK, text(""), {**OK, "id": "9"}])
    assert [message["role"] for message in again] == ["assistant", "tool", "assistant", "tool"]


def test_markdown() -> None:
    told = as_markdown(SESSION, [turn("1 + 2?", key="k", parts=[text("Let me *see*."), OK, FAILED], note="Stopped")])
    assert told == (
        "# Sums\n\n## Question\n\n1 + 2?\n\n## Answer (m, key k, 1970-01-01 00:00 UTC)\n\nLet me *see*.\n\n"
        '**Tool** `add` ✓\n\n```json\n{\n  "a": 1\n}\n```\n\n````\n```3```\n````\n\n'
        '**Tool** `add` ✗\n\n```json\n"[1"\n```\n\n```\nit exploded\n```\n\n*Stopped*\n'
    )


def test_json() -> None:
    value = json.loads(as_json(SESSION, [turn("é", parts=[OK])]))
    assert (value["id"], value["turns"][0]["question"], value["turns"][0]["parts"]) == (7, "é", [OK])


def test_export(tmp_path: Path) -> None:
    ws = Workspace.open(tmp_path / "home")
    id_ = keep_turn(ws, turn("\ud800 é", parts=[text("yes")]), None)
    markdown, json_file = tmp_path / "a.md", tmp_path / "a.JSON"
    for file in (markdown, json_file):
        export_conversation(ws, id_, file)
    assert markdown.read_text(encoding="utf-8").startswith("# ? é\n")
    assert json.loads(json_file.read_text(encoding="utf-8"))["id"] == id_
    with pytest.raises(RefusedError, match="exists"):
        export_conversation(ws, id_, markdown)
    markdown.write_text("old", encoding="utf-8")
    export_conversation(ws, id_, markdown, overwrite=True)
    assert markdown.read_text(encoding="utf-8") != "old"
    with pytest.raises(RefusedError, match="cannot be written"):
        export_conversation(ws, id_, tmp_path / "none" / "a.md")
    ws.conversations.close()
