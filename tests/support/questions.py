"""What a server may ask the client behind a call, and tools that ask it in either era."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from mcptui.protocol.versions import Era
from tests.support.upstream import Handler, Incoming, text

#: Kind → (method, params) as the era of the asking server has them.
_ASKED: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "form": (
        "elicitation/create",
        {
            "message": "Which colour?",
            "requestedSchema": {"type": "object", "properties": {"colour": {"type": "string"}}},
        },
    ),
    "url": ("elicitation/create", {"mode": "url", "message": "Log in", "url": "https://login.example/?a=1"}),
    "sampling": (
        "sampling/createMessage",
        {"messages": [{"role": "user", "content": {"type": "text", "text": "hi"}}], "maxTokens": 10},
    ),
    "roots": ("roots/list", {}),
}
#: The same → what the clients of the tests answer.
ANSWERS: Final[Mapping[str, dict[str, Any]]] = {
    "form": {"action": "accept", "content": {"colour": "red"}},
    "url": {"action": "accept"},
    "sampling": {"role": "assistant", "content": {"type": "text", "text": "ho"}, "model": "m"},
    "roots": {"roots": [{"uri": "file:///srv", "name": "srv"}]},
}
STATE: Final = "state-of-the-upstream"
ELICITATION_ID: Final = "login-1"


def question(kind: str, era: Era) -> tuple[str, dict[str, Any]]:
    """Method and params of a question."""
    method, params = _ASKED[kind]
    if kind == "url" and era == "handshake":
        params = {**params, "elicitationId": ELICITATION_ID}
    return method, params


def asking(era: Era) -> Handler:
    """A tool that asks what its argument ``question`` names, and says what was answered (or the error)."""
    return _ask_on_the_stream if era == "handshake" else _ask_by_result


async def _ask_on_the_stream(incoming: Incoming) -> dict[str, Any]:
    answer = await incoming.ask(*question(incoming.arguments["question"], "handshake"))
    return text(json.dumps(answer.get("result", answer.get("error"))))


async def _ask_by_result(incoming: Incoming) -> dict[str, Any]:
    if "inputResponses" not in incoming.params:
        method, params = question(incoming.arguments["question"], "stateless")
        return {
            "resultType": "input_required",
            "inputRequests": {"k": {"method": method, "params": params}},
            "requestState": STATE,
        }
    assert incoming.params["requestState"] == STATE
    return text(json.dumps(incoming.params["inputResponses"]["k"]))


async def count(incoming: Incoming) -> dict[str, Any]:
    """A tool that reports progress three times and logs once."""
    token = incoming.params["_meta"]["progressToken"]
    for step in (1, 2, 3):
        await incoming.notify("notifications/progress", {"progressToken": token, "progress": step, "total": 3})
    await incoming.notify("notifications/message", {"level": "warning", "data": "counted"})
    return text('"done"')
