"""A server that tells its secret wherever it can: on stderr, in results, in errors, and when it ends."""

import json
import os
import sys
from typing import Any

secret = os.environ["API_TOKEN"]
print(f"starting with {secret}", file=sys.stderr, flush=True)
print(f"no message: {secret}", flush=True)
for line in sys.stdin:
    message = json.loads(line)
    method, params = message.get("method"), message.get("params", {})
    if "id" not in message:
        continue
    answer: dict[str, Any] = {"error": {"code": -32601, "message": f"no {method}"}}
    if method == "initialize":
        info = {"name": "canary", "version": "1"}
        greeting = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": info}
        answer = {"result": greeting}
    elif method == "ping":
        answer = {"result": {}}
    elif method == "tools/list":
        names = ("result", "error", "end")
        answer = {"result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in names]}}
    elif method == "tools/call" and params["name"] == "result":
        answer = {"result": {"content": [{"type": "text", "text": f"it is {secret}"}]}}
    elif method == "tools/call" and params["name"] == "error":
        answer = {"error": {"code": -32000, "message": f"401 for {secret}", "data": {"sent": secret}}}
    elif method == "tools/call":
        sys.exit(f"fatal: cannot log in with {secret}")
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], **answer}), flush=True)
