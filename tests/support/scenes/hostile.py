"""A world in which every text that comes from outside attacks the terminal, the markup or the layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from mcptui.model import Key, Org, Server, State, Team, User
from mcptui.model.runtime import CallEvent, CallRecord, Listed, ProbeStep
from tests.support.fake_gateway import FakeGateway
from tests.support.scenes import data
from tests.support.scenes.app import demo_gateway

#: Title, clipboard and link sequences, C1 controls, bidi, zero width, NUL, markup of both kinds, a lone surrogate, a
#: tower of combining marks.
EVIL: Final = (
    "[/x][b][@click=app.leave]z[/]\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x9b31m\x90q\x00\x7f"
    "\u202egnp.exe\u2066\u200b\u200d\ufeff\u2028\ud800\r\x08[red]漢字 e\u0301[link=http://x]l[/link]$primary"
    "Z" + "\u0301" * 20
)
#: A line that nobody wants to lay out.
LONG: Final = "A" * 10_000_000

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "title": EVIL,
    "properties": {
        EVIL: {"type": "string", "title": EVIL, "description": EVIL, "default": EVIL, "pattern": EVIL, "format": EVIL},
        "choice": {"enum": [EVIL, EVIL + "2", None, 3]},
        "many": {"type": "array", "items": {"enum": [EVIL, "b"]}},
        "either": {"anyOf": [{"title": EVIL, "type": "object", "properties": {EVIL: {}}}, {"const": EVIL}]},
        "inner": {"type": "object", "description": EVIL, "properties": {EVIL: {"type": "integer"}}},
        "loop": {"$ref": "#/properties/loop"},
        "rows": {"type": "array", "items": {"type": "object", "properties": {EVIL: {"type": "boolean"}}}},
        "odd": {"$ref": f"#/{EVIL}"},
    },
    "required": [EVIL, "choice"],
}
_TOOL: Final = {
    "name": EVIL,
    "title": EVIL,
    "description": EVIL,
    "inputSchema": _SCHEMA,
    "annotations": {"title": EVIL},
}
_LONG_TOOL: Final = {
    "name": "long",
    "description": LONG[:1_000_000],
    "inputSchema": {"type": EVIL},
    "outputSchema": EVIL,
}
_TEMPLATE: Final = "x://{" + EVIL + "}"
_LISTED: Final = Listed(
    tools=[_TOOL, _LONG_TOOL, {"name": "none"}, {"name": "list", "inputSchema": [], "description": 7}],
    prompts=[{"name": EVIL, "description": EVIL, "arguments": [{"name": EVIL, "description": EVIL, "required": True}]}],
    resources=[{"uri": EVIL, "name": EVIL, "description": EVIL, "mimeType": EVIL}],
    templates=[{"uriTemplate": _TEMPLATE, "name": EVIL, "description": EVIL}],
    owners={
        EVIL: ("files", EVIL),
        _TEMPLATE: ("files", _TEMPLATE),
        "long": ("files", "long"),
        "none": ("files", "none"),
        "list": (EVIL, EVIL),
    },
)
_RESULT: Final[dict[str, Any]] = {
    "content": [
        {"type": "text", "text": EVIL},
        {"type": "image", "mimeType": EVIL, "data": EVIL},
        {"type": "image", "mimeType": "image/png", "data": "AAAA"},
        {"type": "resource_link", "uri": EVIL, "name": EVIL},
        {"type": EVIL, EVIL: EVIL},
        EVIL,
    ],
    "structuredContent": {EVIL: [EVIL]},
}


def _call(*events: CallEvent) -> Sequence[CallEvent]:
    before = (
        CallEvent(type="progress", value={"progress": EVIL, "total": EVIL, "message": EVIL}),
        CallEvent(type="log", value={"level": EVIL, "logger": EVIL, "data": EVIL}),
    )
    return (*before, *events)


EVENTS: Final[Mapping[str, Sequence[CallEvent]]] = {
    "tools/call": _call(CallEvent(type="result", value=_RESULT)),
    "long": _call(CallEvent(type="result", value={"content": [{"type": "text", "text": LONG}]})),
    "none": _call(CallEvent(type="error", value={"code": EVIL, "message": EVIL, "data": EVIL})),
    "prompts/get": _call(
        CallEvent(type="result", value={"description": EVIL, "messages": [{"role": EVIL, "content": {"text": EVIL}}]})
    ),
    "resources/read": _call(CallEvent(type="result", value={"contents": [{"uri": EVIL, "text": EVIL}]})),
    "chat": (
        CallEvent(type="text", value={"delta": f"{EVIL}\n\n```{EVIL}\n{EVIL}\n```\n| {EVIL} |\n|---|\n| x |\n"}),
        CallEvent(
            type="tool",
            value={
                "id": EVIL, "name": EVIL, "server": EVIL, "arguments": {EVIL: EVIL}, "status": "done",
                "output": EVIL, "error": EVIL, "ms": 1.0,
            },
        ),
        CallEvent(type="error", value={"code": 1, "message": EVIL}),
    ),
}  # fmt: skip

_STATUS: Final = replace(
    data.STATUS,
    servers=tuple(
        replace(
            server, reason=EVIL, hint=EVIL, stderr=(EVIL, LONG[:100_000]), server_info={"name": EVIL, "version": EVIL}
        )
        for server in data.STATUS.servers
    ),
)
_RECORDS: Final = [
    CallRecord(
        id=number,
        at=data.NOW.timestamp(),
        key=EVIL,
        method=EVIL,
        server=EVIL,
        name=EVIL,
        error=EVIL,
        front=EVIL,
        params={EVIL: EVIL},
        result={EVIL: [EVIL]},
    )
    for number in range(1, 4)
]
_STEPS: Final = (
    ProbeStep(step="resolve", status="ok", detail=EVIL),
    ProbeStep(step="connect", status="failed", detail=EVIL, hint=EVIL, stderr=(EVIL, LONG[:100_000])),
)
STATE: Final = State(
    servers={
        name: Server(
            name=name,
            command=EVIL.replace("\ud800", "").replace("\x00", ""),
            args=("\x1b]0;x\x07",),
            description="[/x]\x1b]0;owned\x07\u202e",
            tags=("[/x]\u202e",),
            env={"X": "\x1b[2J"},
        )
        for name in ("files", "github")
    },
    orgs={"acme": Org(name="acme", servers=("files",))},
    teams={"data": Team(name="data", org="acme", servers=("files",))},
    users={"alice": User(name="alice", team="data")},
    keys={"ci": Key(name="ci", hash="sha256:" + "0" * 64, hint="sk-[/x]\x1b", user="alice", servers=("files",))},
)


def hostile_gateway() -> FakeGateway:
    """A gateway that passes on what the worst servers, models and clients say."""
    return demo_gateway(
        running=_STATUS,
        starts_as=_STATUS,
        by_key={None: _LISTED, "ci": _LISTED},
        steps=_STEPS,
        records=list(_RECORDS),
        lines=[EVIL, LONG[:1_000_000]],
        events=EVENTS,
    )
