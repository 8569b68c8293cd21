"""An MCP server over HTTP that is made to be killed: ``python mortal_server.py ERA PORT FILE``; prints its port.

Nothing but the standard library, so that it is back in a moment. Its tool ``work`` appends its argument ``who`` to
FILE before it answers, so what has run is known whatever became of the process; with ``hang`` it says so and answers
never.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

#: How long another program may hold the port, seconds.
_PATIENCE: Final = 10.0
_OTHER_ERA: Final = {"handshake": "server/discover", "stateless": "initialize"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, era: str, port: int, file: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.era = era
        self.sessions: set[str] = set()
        self.done = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["content-length"])))
        method, id_ = message.get("method"), message.get("id")
        session = self.headers.get("mcp-session-id")
        if method == _OTHER_ERA[self.server.era]:
            self._send(400, {"id": id_, "error": {"code": -32600, "message": "another era"}})
        elif self.server.era == "handshake" and method != "initialize" and session not in self.server.sessions:
            self._send(404, None)
        elif id_ is None:
            self._send(202, None)
        else:
            self._send(200, {"id": id_, "result": self._result(method, message.get("params") or {})})

    def do_GET(self) -> None:
        self._send(405, None)

    def do_DELETE(self) -> None:
        self._send(204, None)

    def _result(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "initialize":
            info = {"name": "mortal", "version": "1"}
            return {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": info}
        if method == "server/discover":
            return {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}, "resultType": "complete"}
        if method == "tools/list":
            return {"tools": [{"name": "work", "inputSchema": {"type": "object"}}], "resultType": "complete"}
        who = params["arguments"]["who"]
        os.write(self.server.done, f"{who}\n".encode())
        if params["arguments"].get("hang"):
            print("hangs", flush=True)
            time.sleep(3600)
        return {"content": [{"type": "text", "text": who}], "resultType": "complete"}

    def _send(self, status: int, answer: dict[str, Any] | None) -> None:
        body = b"" if answer is None else json.dumps({"jsonrpc": "2.0", **answer}).encode()
        self.send_response_only(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        if answer is not None and "protocolVersion" in answer.get("result", {}):
            session = secrets.token_hex(8)
            self.server.sessions.add(session)
            self.send_header("mcp-session-id", session)
        self.end_headers()
        self.wfile.write(body)


def main(era: str, port: int, file: str) -> None:
    """Serve until killed."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            server = _Server(era, port, file)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
