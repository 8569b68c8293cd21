"""What the demo model says: fixed rules from words to tool calls and from results to an answer."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm.chat_request import RETURNED_BESIDE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODEL_NAME: Final = "mcptui-demo"
#: Tokens; small, so that one can see what happens at the end of it: two long answers nearly fill it.
CONTEXT_SIZE: Final = 24_000
SIGNATURE: Final = "_demo model: fixed rules, no AI_"

_ZONES: Final[Mapping[str, str]] = {
    "utc": "UTC", "london": "Europe/London", "lisbon": "Europe/Lisbon", "berlin": "Europe/Berlin",
    "paris": "Europe/Paris", "delhi": "Asia/Kolkata", "tokyo": "Asia/Tokyo", "sydney": "Australia/Sydney",
    "new york": "America/New_York", "san francisco": "America/Los_Angeles",
}  # fmt: skip
_SPOKEN: Final = ((r"\bplus\b", "+"), (r"\bminus\b", "-"), (r"\btimes\b|×", "*"), (r"\bdivided by\b|÷", "/"))
_EXPRESSION: Final = re.compile(r"(?<![\w:.-])[\d(][\d\s.()]*(?:(?:\*\*|//|[-+*/%])[\d\s.()]+)+(?![\w:-])")
_DATE: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_COUNT: Final = re.compile(r"\bcount(?: slowly)? (?:up )?to (\d+)")
_FILLERS: Final = re.compile(
    r"\b(?:a|about|and|for|find|from|give|is|in|me|my|note|notes|of|on|please|read|recipe|search|show|tell|the|"
    r"to|what|which)\b|[^\w\s]"
)
_HELP: Final = (
    ("calculate", "what is (2 + 3) * 4"),
    ("convert_time", "09:30 in Berlin, what is that in Tokyo?"),
    ("search_notes", "search the notes for pancakes"),
    ("draw_bars", "draw bars for 3, 5, 2 and 8"),
    ("slow_count", "count to 5"),
    ("plan_trip", "plan a trip to Lisbon"),
    ("book_room", "book a room"),
    ("fail", "call the tool that fails"),
    ("calculate", "never stop calculating"),
)
#: Work without tools, always possible.
_ALWAYS: Final = ("write a long answer", "tell me the password", "break the model")
_SECTION: Final = """\
## Part {number}

Nothing in here is true or false; it is **long**, so that one can see how a long answer comes in. Words follow words,
*some of them slanted*, some in `code`, and every part looks like the one before.

- a list with the number {number}
- and another line of it

```python
def part() -> int:
    return {number}
```
"""
#: About ten thousand tokens.
_LONG: Final = "\n".join([*(_SECTION.format(number=number) for number in range(1, 131)), SIGNATURE])


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that the model wants called; ``name`` is one of the request's names."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the model: text, a refusal, or calls (all to be run side by side)."""

    text: str = ""
    refusal: str = ""
    calls: Sequence[Call] = field(default=())


class ModelBroken(Exception):
    """The user asked the model to fail."""


def reply(messages: Sequence[Mapping[str, Any]], tools: Sequence[str], tool_choice: Any = "auto") -> Reply:
    """Answer a conversation. ``tools`` are the names that the request offers, prefixed or not.

    Raises:
        ModelBroken: the user asked for a broken model.
    """
    asked = max((index for index, message in enumerate(messages) if _is_question(message)), default=-1)
    text = _text(messages[asked]) if asked >= 0 else ""
    said = text.lower()
    since = messages[asked + 1 :]
    if "break the model" in said:
        raise ModelBroken
    if re.search(r"\b(?:password|api key|steal|hack)\b", said):
        return Reply(refusal="I must not help with secrets of other people.")
    if re.search(r"\blong (?:answer|text|story)\b", said) and not since:
        return Reply(_LONG)
    if tool_choice == "none":
        return _answer(since) or _help(tools)
    if "never stop" in said:
        return _calls([("calculate", {"expression": f"1 + {len(since)}"})], tools)
    if not since:
        return _calls(_wanted(text, said, forced=tool_choice not in (None, "auto")), tools)
    return _notes_to_read(since, tools) or _answer(since) or _help(tools)


def _is_question(message: Mapping[str, Any]) -> bool:
    """Whether a person said it: pictures of tools come back in a message of the user's too."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    said = next((part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"), "")
    return message.get("role") == "user" and said != RETURNED_BESIDE


def _wanted(text: str, said: str, *, forced: bool) -> list[tuple[str, dict[str, Any]]]:
    """Every tool that fits the words, so that one sentence can ask for several things."""
    wanted: list[tuple[str, dict[str, Any]]] = []
    arithmetic = _DATE.sub("", said)
    for pattern, sign in _SPOKEN:
        arithmetic = re.sub(pattern, sign, arithmetic)
    if expression := _EXPRESSION.search(arithmetic):
        wanted.append(("calculate", {"expression": " ".join(expression[0].split())}))
    if moment := re.search(r"\b([01]?\d|2[0-3]):[0-5]\d\b", said):
        wanted.append(("convert_time", {"time": moment[0], **_zones(said)}))
    if re.search(r"\bnotes?\b|\brecipe\b", said):
        query = " ".join(_FILLERS.sub(" ", _COUNT.sub(" ", _EXPRESSION.sub(" ", said))).split())
        wanted.append(("search_notes", {"query": query or "gateway"}))
    if drawn := re.search(r"\bdraw\b.*?((?:\d+(?:\.\d+)?(?:,? and |, *| +)?)+)", said):
        wanted.append(("draw_bars", {"values": [float(number) for number in re.findall(r"\d+(?:\.\d+)?", drawn[1])]}))
    if counted := _COUNT.search(said):
        wanted.append(("slow_count", {"to": min(max(int(counted[1]), 1), 100), "seconds": 0.5}))
    if trip := re.search(r"(?:trip|travel|holidays?)\b.*?\b(?:to|in) (\w+)", text, re.IGNORECASE):
        days = re.search(r"\b(\d+) days?\b", said)
        length = {"days": min(max(int(days[1]), 1), 14)} if days else {}
        wanted.append(("plan_trip", {"destination": trip[1].capitalize(), **length}))
    if re.search(r"\bbook\b", said):
        wanted.append(("book_room", _booking(said)))
    if re.search(r"\bfails?\b", said):
        wanted.append(("fail", {"message": "the demo tool failed, as you asked"}))
    if not wanted and (forced or re.search(r"\b(?:all|available|your|the) tools\b", said)):
        wanted = [("calculate", {"expression": "6 * 7"}), ("search_notes", {"query": "gateway"})]
    return wanted


def _zones(said: str) -> dict[str, str]:
    found = sorted((said.index(city), zone) for city, zone in _ZONES.items() if city in said)
    return dict(zip(("source_zone", "target_zone"), (zone for _, zone in found), strict=False))


def _booking(said: str) -> dict[str, Any]:
    day = _DATE.search(said)
    room = next((name for name in ("Atlas", "Borealis", "Ceres") if name.lower() in said), "Borealis")
    tomorrow = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1)
    return {
        "room": room,
        "date": day[0] if day else tomorrow.isoformat(),
        "organizer": {"name": "Demo"},
        "equipment": ["whiteboard"],
    }


def _calls(wanted: Sequence[tuple[str, dict[str, Any]]], tools: Sequence[str]) -> Reply:
    calls = [Call(name, arguments) for base, arguments in wanted if (name := _offered(base, tools))]
    if calls:
        return Reply(calls=calls)
    if wanted:
        missing = ", ".join(base for base, _ in wanted)
        return Reply(f"I would call {missing} for that, but the request does not offer it.\n\n{SIGNATURE}")
    return _help(tools)


def _offered(base: str, tools: Sequence[str]) -> str | None:
    """The request's name of demo tool ``base``: itself, or with a server's name in front."""
    return next((name for name in tools if re.fullmatch(rf"(?:.*[^a-z0-9])?{base}", name, re.IGNORECASE)), None)


def _notes_to_read(since: Sequence[Mapping[str, Any]], tools: Sequence[str]) -> Reply | None:
    """After a search: read the two best notes, side by side."""
    rounds = [message for message in since if message.get("role") == "assistant"]
    searched = any(name.endswith("search_notes") for name in _names(since).values())
    reader = _offered("read_note", tools)
    if len(rounds) != 1 or not searched or reader is None:
        return None
    results = " ".join(_text(message) for message in since if message.get("role") == "tool")
    found = list(dict.fromkeys(re.findall(r'"id"\s*:\s*"([a-z]+)"', results)))
    return Reply(calls=[Call(reader, {"note_id": note_id}) for note_id in found[:2]]) if found else None


def _names(since: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Call id → tool name, of all calls of this turn."""
    return {
        str(call.get("id")): str(call.get("function", {}).get("name"))
        for message in since
        for call in message.get("tool_calls") or ()
    }


def _answer(since: Sequence[Mapping[str, Any]]) -> Reply | None:
    names = _names(since)
    parts: list[str] = []
    for message in since:
        if message.get("role") == "tool":
            name = names.get(str(message.get("tool_call_id")), "the tool")
            parts.append(f"**{name}**:\n\n{_readable(_text(message))}")
    return Reply("\n\n".join([*parts, SIGNATURE])) if parts else None


def _readable(text: str) -> str:
    """A result as Markdown: JSON as a code block, one plain value as it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, dict) and set(value) == {"result"}:
        value = value["result"]
    if isinstance(value, dict | list):
        return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```"
    return str(value)


def _help(tools: Sequence[str]) -> Reply:
    offered = [f"- {example}" for base, example in _HELP if _offered(base, tools)]
    always = ["Without a tool:", "", *(f"- {example}" for example in _ALWAYS), "", SIGNATURE]
    if not offered:
        return Reply("\n".join(["Hello. This request offers none of the demo tools.", "", *always]))
    several = "Several at once, in one sentence: what is 6 * 7, and search the notes for pancakes, and count to 3."
    return Reply("\n".join(["Ask me something that a demo tool can do:", "", *offered, "", several, "", *always]))


def _text(message: Mapping[str, Any]) -> str:
    """The text of a message, whose content is a string or a list of parts."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part["text"]) for part in parts if isinstance(part, dict) and "text" in part)
