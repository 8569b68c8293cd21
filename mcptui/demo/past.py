"""Recorded calls of the demo: several hundred of the last hours, so that traffic and statistics have content."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import TYPE_CHECKING, Final, cast

from mcptui.access import decide
from mcptui.demo.entry import SERVER_NAME
from mcptui.model.runtime import CallRecord
from mcptui.stores.history.log import History

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mcptui.access import Access
    from mcptui.model import State
    from mcptui.model.runtime import JsonObject, Outcome

CALLS: Final = 480
_HOURS: Final = 6
#: Key and the name of its client.
_CLIENTS: Final = (
    ("alice-laptop", "cursor-vscode"),
    ("claude-code", "claude-code"),
    ("notebook", "fastmcp"),
    ("ci", "mcp"),
)
#: Server, tool, arguments, result, typical milliseconds.
_TOOLS: Final = (
    (SERVER_NAME, "calculate", {"expression": "6 * 7"}, "42", 3),
    (SERVER_NAME, "search_notes", {"query": "pancakes"}, '[{"id": "pancakes", "title": "Pancakes"}]', 6),
    (SERVER_NAME, "read_note", {"note_id": "pancakes"}, "# Pancakes", 5),
    (SERVER_NAME, "convert_time", {"time": "09:30"}, '{"source": "Mon 09:30 UTC"}', 4),
    (SERVER_NAME, "slow_count", {"to": 3, "seconds": 1}, "Counted to 3.", 3010),
    ("notes", "search_notes", {"query": "holiday"}, "[]", 8),
    ("notes", "read_note", {"note_id": "wifi"}, "# Wi-Fi", 7),
    ("search", "find", {"query": "mcp"}, None, 2),
    (SERVER_NAME, "fail", {"message": "on purpose"}, "on purpose", 3),
)
_WEIGHTS: Final = (22, 20, 18, 8, 3, 14, 10, 3, 2)


def demo_calls(now: float, state: State) -> Iterator[CallRecord]:
    """Calls up to ``now`` that ``state`` allows, oldest first; more of them in the last hour."""
    chance = random.Random(7)
    span = _HOURS * 3600
    weights = {key: _weights(decide(state, key)) for key, _ in _CLIENTS}
    moments = sorted(now - 90 - span * chance.random() ** 2 for _ in range(CALLS))
    for number, at in enumerate(moments, start=1):
        key, client = chance.choice(_CLIENTS)
        server, tool, arguments, text, typical = chance.choices(_TOOLS, weights[key])[0]
        took = typical * (0.7 + chance.random() ** 4 * 3)
        outcome: Outcome = "unreachable" if text is None else "tool_error" if tool == "fail" else "ok"
        result = None if text is None else {"content": [{"type": "text", "text": text}], "isError": tool == "fail"}
        params = {"name": f"{server}__{tool}", "arguments": arguments}
        yield CallRecord(
            id=number,
            at=at,
            key=key,
            method="tools/call",
            server=server,
            name=f"{server}__{tool}",
            tool=tool,
            outcome=outcome,
            error="connection refused" if text is None else None,
            ms=took + 1.1,
            upstream_ms=took,
            before_ms=0.6,
            connect_ms=0.2,
            bytes_in=len(json.dumps(params)) + 90,
            bytes_out=len(json.dumps(result)) + 60,
            front="2026-07-28",
            client=client,
            params=cast("JsonObject", params),
            result=cast("JsonObject | None", result),
            address="127.0.0.1",
        )


def _weights(access: Access) -> list[int]:
    """How often a key calls each of the tools."""
    return [
        weight if access.allows_tool(server, tool) else 0
        for (server, tool, *_), weight in zip(_TOOLS, _WEIGHTS, strict=True)
    ]


def write_past(file: Path, state: State) -> None:
    """Write the calls into the history of a gateway that is not running yet."""

    async def write() -> None:
        history = History(file)
        await history.record(list(demo_calls(time.time(), state)))
        await history.close()

    asyncio.run(write())
