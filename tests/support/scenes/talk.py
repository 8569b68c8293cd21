"""What the gateway of the scenes answers: results of tools, and a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from mcptui.model.runtime import CallEvent, JsonObject

_ISSUES: Final = [
    {"number": 218, "title": "Handbook: the release page is out of date", "state": "open", "comments": 4},
    {"number": 214, "title": "Search returns files that were moved", "state": "open", "comments": 1},
]
_FOUND: Final = "2 open issues in acme/handbook:\n\n#218  Handbook: the release page is out of date\n#214  Search…"

_SEARCH: Final[JsonObject] = {
    "id": "call_1",
    "name": "files__search_files",
    "server": "files",
    "arguments": {"path": "/srv/docs", "pattern": "*release*"},
}
_READ: Final[JsonObject] = {
    "id": "call_2",
    "name": "files__read_text_file",
    "server": "files",
    "arguments": {"path": "/srv/docs/release.md"},
}


def _text(text: str) -> JsonObject:
    return {"content": [{"type": "text", "text": text}]}


def _event(kind: str, **value: Any) -> CallEvent:
    return CallEvent(type=kind, value=value)


#: By tool name, or by method.
EVENTS: Final[Mapping[str, Sequence[CallEvent]]] = {
    "github__list_issues": [
        _event("progress", progress=1, total=2, message="asking GitHub"),
        _event("log", level="info", logger="github", data="page 1 of 1"),
        _event("result", **_text(_FOUND), structuredContent={"issues": _ISSUES}),
    ],
    "github__create_issue": [_event("result", **_text("Resource not accessible by this token"), isError=True)],
    "chat": [
        _event("text", delta="I look for the **release page** in the documents.\n"),
        _event("tool", **_SEARCH, status="running"),
        _event("tool", **_SEARCH, status="ok", ms=38.0, output=_text("/srv/docs/release.md")),
        _event("tool", **_READ, status="ok", ms=6.0, output=_text("# Releases\n\nEvery second Tuesday.")),
        _event("text", delta="Releases happen **every second Tuesday**:\n\n1. freeze on Monday\n2. "),
        _event("text", delta="`make release` on Tuesday\n3. notes in the handbook\n"),
        _event(
            "usage",
            usage={"prompt_tokens": 1834, "completion_tokens": 96},
            cost=0.0055,
            context=1930,
            context_size=128_000,
        ),
        _event("done", messages=[{"role": "assistant", "content": "Every second Tuesday."}], rounds=3, stop="stop"),
    ],
}

_CREATE: Final[JsonObject] = {
    "id": "call_3",
    "name": "github__create_issue",
    "server": "github",
    "arguments": {"repo": "acme/handbook", "title": "Releases are on Tuesday", "labels": ["docs"]},
}
#: A conversation that waits for a yes.
ASKING: Final[Mapping[str, Sequence[CallEvent]]] = {
    "chat": [
        _event("text", delta="The handbook says Monday. I open an issue.\n"),
        _event("approval", **_CREATE, annotations={"readOnlyHint": False, "destructiveHint": False}),
    ]
}
