"""An MCP server and its authorization server, which tell whatever they are sent wherever they can.

The first word on the command line is the access token that it gives. It prints its port.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

ACCESS_TOKEN = sys.argv[1]
TOOLS = ("result", "error", "noise", "refuse")


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: No token is given any more.
    is_closed = False

    def do_GET(self) -> None:
        origin = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        if "oauth-authorization-server" in self.path:
            about = {"issuer": origin, "token_endpoint": f"{origin}/token", "authorization_endpoint": f"{origin}/a"}
            self.answer(200, {**about, "token_endpoint_auth_methods_supported": ["client_secret_basic"]})
        elif "oauth-protected-resource" in self.path:
            self.answer(200, {"resource": f"{origin}/mcp", "authorization_servers": [origin]})
        else:
            self.answer(405, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        sent = " ".join(self.headers.get(name) or "" for name in ("authorization", "x-token")) + f" {self.path}"
        if self.path == "/token":
            self.give_token(sent, parse_qs(body.decode()))
        else:
            self.serve_mcp(json.loads(body), sent)

    def give_token(self, sent: str, form: dict[str, list[str]]) -> None:
        if self.is_closed:
            text = f"unknown client {sent} {form}"
            self.answer(400, {"error": "invalid_client", "error_description": f"{'so many words ' * 11}{text}"})
        else:
            self.answer(200, {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600, "said": sent})

    def serve_mcp(self, message: dict[str, Any], sent: str) -> None:
        method, name = message["method"], message.get("params", {}).get("name")
        if ACCESS_TOKEN not in sent or name == "refuse":
            Server.is_closed = Server.is_closed or name == "refuse"
            told = f'Bearer error="invalid_token", error_description="{sent} is not valid"'
            self.answer(401, {"error": f"not valid: {sent}"}, {"www-authenticate": told})
            return
        if "id" not in message:
            self.answer(202, None)
            return
        answer: dict[str, Any] = {"error": {"code": -32601, "message": f"no {method} for {sent}"}}
        if method == "initialize":
            info = {"name": "canary", "version": "1"}
            capabilities: dict[str, Any] = {"tools": {}, "logging": {}}
            answer = {"result": {"protocolVersion": "2025-11-25", "capabilities": capabilities, "serverInfo": info}}
        elif method == "tools/list":
            answer = {"result": {"tools": [{"name": each, "inputSchema": {"type": "object"}} for each in TOOLS]}}
        elif name in ("result", "noise"):
            answer = {"result": {"content": [{"type": "text", "text": f"it is {sent}"}]}}
        elif name == "error":
            answer = {"error": {"code": -32000, "message": f"401 for {sent}", "data": {"sent": sent}}}
        whole = {"jsonrpc": "2.0", "id": message["id"], **answer}
        if name == "noise":
            params = {"level": "warning", "data": f"used {sent}"}
            note = {"jsonrpc": "2.0", "method": "notifications/message", "params": params}
            events = (f"this is no message, but {sent}", json.dumps(note), json.dumps(whole))
            self.write(200, "".join(f"data: {event}\n\n" for event in events).encode(), "text/event-stream", {})
        else:
            self.answer(200, whole)

    def answer(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.write(status, body, "application/json", headers or {})

    def write(self, status: int, body: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for field, value in {**headers, "content-type": content_type, "content-length": str(len(body))}.items():
            self.send_header(field, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    print(server.server_port, flush=True)
    server.serve_forever()
