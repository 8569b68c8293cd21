"""Clients of the demo: a call through the gateway every few seconds, while the app is open."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from mcptui.demo.entry import SERVER_NAME
from mcptui.demo.setup import DENIED_TOOL, LIMITED_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcptui.demo.run import Demo

_PAUSE: Final = 3.0
_REVISION: Final = "2026-07-28"
_BOOKING: Final = {"room": "Atlas", "date": "2027-03-01", "organizer": {"name": "Bob"}}
#: Key, client, tool, arguments; in this order, again and again.
CALLS: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("ci", "mcp", "calculate", {"expression": "(2 + 3) * 4"}),
    (LIMITED_KEY, "cursor-vscode", DENIED_TOOL, _BOOKING),
    ("claude-code", "claude", "search_notes", {"query": "pancakes"}),
    ("alice-laptop", "cursor-vscode", "read_note", {"note_id": "pancakes"}),
    ("notebook", "fastmcp", "draw_bars", {"values": [3, 5, 2, 8]}),
    (LIMITED_KEY, "cursor-vscode", "calculate", {"expression": "sqrt(2)"}),
)


@contextmanager
def visiting(demo: Demo, *, pause: float = _PAUSE) -> Iterator[None]:
    """Call tools as the keys of the demo until the block ends; from the moment at which the gateway answers."""
    stopped = threading.Event()
    thread = threading.Thread(target=_visit, args=(demo, pause, stopped), name="demo clients", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(timeout=10)


def _visit(demo: Demo, pause: float, stopped: threading.Event) -> None:
    if stopped.wait(pause):
        return
    # Only now: the app is open by then.
    import httpx2

    # No proxy of the environment leads to this machine.
    with httpx2.Client(timeout=10, trust_env=False) as http:
        number = count()
        here = next(number)
        while not stopped.wait(pause):
            key, client, tool, arguments = CALLS[here % len(CALLS)]
            try:
                answer = http.post(
                    demo.url, json=_request(here, client, tool, arguments), headers=_headers(demo.keys[key], tool)
                )
            except httpx2.HTTPError:
                continue  # the gateway is not running; the same call again
            # The others come when the server has started.
            if here or "result" in answer.text:
                here = next(number)


def _headers(key: str, tool: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": _REVISION,
        "Mcp-Method": "tools/call",
        "Mcp-Name": f"{SERVER_NAME}__{tool}",
    }


def _request(number: int, client: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    meta = {
        "io.modelcontextprotocol/protocolVersion": _REVISION,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": client, "version": "1.0"},
    }
    params = {"name": f"{SERVER_NAME}__{tool}", "arguments": arguments, "_meta": meta}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
