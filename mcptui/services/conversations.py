"""Conversations with models: kept between runs, sent back to a model, exported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcptui.conversations.store import Conversations
from mcptui.errors import NotFoundError, RefusedError
from mcptui.files import replace_file
from mcptui.llm.functions import result_text
from mcptui.model.chat import ChatSession, ChatTurn, with_attached
from mcptui.model.runtime import JsonObject
from mcptui.protocol.keys import without_gateway_keys
from mcptui.services.totals import Totals

if TYPE_CHECKING:
    from mcptui.services.workspace import Workspace

#: How a tool call can end.
ENDED: Final = frozenset({"ok", "error", "cancelled"})
_MARKS: Final = {"ok": "✓", "error": "✗", "cancelled": "■"}


def find_conversation(kept: Conversations, id_: int) -> tuple[ChatSession, list[ChatTurn]]:
    """A conversation and its turns.

    Raises:
        NotFoundError: it does not exist.
        ConversationsError: the file cannot be read.
    """
    session = kept.session(id_)
    if session is None:
        raise NotFoundError(f"there is no conversation {id_}", hint="mcptui conversation list shows all")
    return session, kept.turns(id_)


def keep_turn(ws: Workspace, turn: ChatTurn, session: int | None, *, replaces_last: bool = False) -> int:
    """Add a turn to a conversation, or begin one; gives its id. Keys of the gateway are not kept.

    Raises:
        ConversationsError: the file cannot be written.
    """
    plain = json.loads(without_gateway_keys(json.dumps(asdict(turn)).encode("ascii")))
    return ws.conversations.add(ChatTurn(**plain), session, replaces_last=replaces_last)


def messages_of(turns: Iterable[ChatTurn]) -> list[JsonObject]:
    """What a model is sent of ``turns``, in the form of Chat Completions; turns without an answer are left out."""
    return [
        message
        for turn in turns
        if turn.messages
        for message in ({"role": "user", "content": with_attached(turn.question, turn.attached)}, *turn.messages)
    ]


def messages_so_far(parts: Sequence[JsonObject]) -> list[JsonObject]:
    """The messages of an answer that was stopped: what was said, and the calls that have ended."""
    messages: list[JsonObject] = []
    outputs: list[JsonObject] = []
    for part in parts:
        if part["type"] == "text":
            messages += outputs
            outputs = []
            if part["text"]:
                messages.append({"role": "assistant", "content": part["text"]})
        elif part.get("status") in ENDED:
            if not outputs and (not messages or messages[-1]["role"] != "assistant"):
                messages.append({"role": "assistant", "content": None})
            call, output = _call(part)
            messages[-1].setdefault("tool_calls", []).append(call)
            outputs.append(output)
    return messages + outputs


def _call(part: JsonObject) -> tuple[JsonObject, JsonObject]:
    id_ = f"call_{part['id']}"
    arguments = part.get("arguments")
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    call = {"id": id_, "type": "function", "function": {"name": part["name"], "arguments": text}}
    output = part.get("output")
    told = result_text(output) if isinstance(output, dict) else f"Error: {part.get('error')}"
    return call, {"role": "tool", "tool_call_id": id_, "content": told}


def export_conversation(ws: Workspace, id_: int, file: Path, *, overwrite: bool = False) -> None:
    """Write a conversation to ``file``: as JSON where its name ends so, else as Markdown.

    Raises:
        NotFoundError: there is no such conversation.
        RefusedError: the file is there already, or cannot be written.
        ConversationsError: the file cannot be read.
    """
    session, turns = find_conversation(ws.conversations, id_)
    text = as_json(session, turns) if file.suffix.lower() == ".json" else as_markdown(session, turns)
    if file.exists() and not overwrite:
        raise RefusedError(f"{file} exists", hint="choose another name, or overwrite it")
    try:
        replace_file(file, text.encode("utf-8", "replace"))
    except OSError as error:
        raise RefusedError(f"{file} cannot be written: {error.strerror}", hint="choose another place") from error


# -- export -------------------------------------------------------------------------------------------------


def as_json(session: ChatSession, turns: Sequence[ChatTurn]) -> str:
    """A conversation with everything that is known of it."""
    value = {**asdict(session), "totals": asdict(Totals.of(turns)), "turns": [asdict(turn) for turn in turns]}
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def as_markdown(session: ChatSession, turns: Sequence[ChatTurn]) -> str:
    """A conversation to read."""
    lines = [f"# {session.title or 'Conversation'}"]
    for turn in turns:
        asked = datetime.fromtimestamp(turn.at, UTC)
        who = f"{turn.model}, key {turn.key}" if turn.key else turn.model
        lines += ["", "## Question", "", turn.question, "", f"## Answer ({who}, {asked:%Y-%m-%d %H:%M} UTC)"]
        lines += _answer(turn)
    if len(turns) > 1 and (words := Totals.of(turns).words):
        lines += ["", f"*Total: {', '.join(words)}*"]
    return "\n".join(lines) + "\n"


def _answer(turn: ChatTurn) -> Iterator[str]:
    for part in turn.parts:
        yield ""
        if part["type"] == "text":
            yield part["text"]
        else:
            yield from _tool(part)
    if turn.note:
        yield from ("", f"*{turn.note}*")
    if words := Totals.of([turn]).words:
        yield from ("", f"*{', '.join(words)}*")


def _tool(part: JsonObject) -> Iterator[str]:
    yield f"**Tool** `{part['name']}` {_MARKS.get(str(part.get('status')), '·')}"
    yield from ("", *_fenced(json.dumps(part.get("arguments") or {}, indent=2, ensure_ascii=False), "json"))
    output = part.get("output")
    told = part.get("error") or (result_text(output) if isinstance(output, dict) else "")
    if told:
        yield from ("", *_fenced(str(told), ""))


def _fenced(text: str, language: str) -> tuple[str, str, str]:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}", text, fence
