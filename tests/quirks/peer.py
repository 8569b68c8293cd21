"""The server of a row, whatever carries its messages.

Over stdio: :func:`command`. What this imports, hundreds of processes import: nothing that takes long.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from tests.quirks.row import Message, Over, Result, Row, Said

if TYPE_CHECKING:
    from pathlib import Path

HANDSHAKE_VERSION: Final = "2025-11-25"
STATELESS_VERSION: Final = "2026-07-28"
_LISTS: Final = {
    "prompts/list": {"prompts": [{"name": "greet"}]},
    "resources/list": {"resources": [{"uri": "test://one", "name": "one"}]},
    "resources/templates/list": {"resourceTemplates": [{"uriTemplate": "test://{id}", "name": "data"}]},
}


class Peer:
    """What the server knows and answers.

    Args:
        row: how it deviates.
        over: how it is spoken to, which says its era.
        ran: told of every tool that runs.
    """

    def __init__(self, row: Row, over: Over, ran: Callable[[str], None] | None = None) -> None:
        self.row = row
        self.is_stateless = over.startswith("stateless")
        #: Names of the tools that have run, in order.
        self.ran: list[str] = []
        self._tell = ran
        #: Living sessions (HTTP, SSE), for rows that end them.
        self.sessions: set[str] = set()
        #: For whatever a row counts.
        self.counts: dict[str, int] = {}

    def count(self, what: str) -> int:
        """How often ``what`` was counted, this time included."""
        self.counts[what] = self.counts.get(what, 0) + 1
        return self.counts[what]

    def replies(self, message: Message) -> Iterator[bytes]:
        """What one message from the client leads to."""
        if self.row.heard is not None:
            self.row.heard(message)
        if "id" not in message or "method" not in message:
            return
        reply = {"jsonrpc": "2.0", "id": message["id"], **self._answer(message)}
        for said in [reply] if self.row.say is None else self.row.say(reply, message):
            yield _bytes(said)

    def _answer(self, message: Message) -> Message:
        method, params = message["method"], message.get("params") or {}
        if method == ("initialize" if self.is_stateless else "server/discover"):
            return {"error": {"code": -32601, "message": f"Method not found: {method}"}}
        step = f"call {params.get('name')}" if method == "tools/call" else method
        if method == "tools/call":
            self.ran.append(params["name"])
            if self._tell is not None:
                self._tell(params["name"])
        result: Result | None = self.row.results.get(step) or self._normal(method)
        if result is None:
            return {"error": {"code": -32601, "message": f"Method not found: {method}"}}
        value = result(message) if callable(result) else result
        if "error" in value:
            return value
        more: Message = {"resultType": "complete"} if self.is_stateless else {}
        if self.is_stateless and (method.endswith("/list") or method == "server/discover"):
            more |= {"ttlMs": 0, "cacheScope": "private"}
        return {"result": {**more, **value}}

    def _normal(self, method: str) -> Message | None:
        about = {"capabilities": self.row.capabilities, "serverInfo": {"name": "quirk", "version": "1"}}
        if method == "initialize":
            return {"protocolVersion": HANDSHAKE_VERSION, **about}
        if method == "server/discover":
            return {"supportedVersions": [STATELESS_VERSION], **about}
        if method == "tools/list":
            return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in self.row.tools]}
        if method == "tools/call":
            return {"content": [{"type": "text", "text": "hello"}]}
        return {} if method == "ping" else _LISTS.get(method)


def _bytes(said: Said) -> bytes:
    if isinstance(said, bytes):
        return said
    return said.encode() if isinstance(said, str) else json.dumps(said).encode()


def command(module: str, row: Row, over: Over, file: Path) -> list[str]:
    """How to start the server of ``row`` over stdio, from the root of the repository.

    ``file`` gets a line for every tool that runs.
    """
    program = f"import sys, {__name__} as peer; peer.main(*sys.argv[1:])"  # -m would import as much again
    return [sys.executable, "-S", "-c", program, module, row.name, over, str(file)]


def main(module: str, name: str, over: Any, file: str) -> None:
    """Serve until the input ends."""
    rows: list[Row] = importlib.import_module(module).ROWS
    row = next(row for row in rows if row.name == name)
    with open(file, "a", encoding="utf-8") as log:  # noqa: PTH123 - without pathlib
        peer = Peer(row, over, ran=lambda tool: print(tool, file=log, flush=True))
        for line in sys.stdin.buffer:
            for reply in peer.replies(json.loads(line)):
                sys.stdout.buffer.write(reply + b"\n")
                sys.stdout.buffer.flush()
