"""A small stdio server that misbehaves on request: ``python -m tests.support.stdio_server KIND…``.

Without the SDK, so that it starts in a few milliseconds. Several kinds may be combined:

``silent`` never answers · ``garbage`` prints text instead · ``banner`` prints text first · ``exit`` ends with
code 7 after a word on stderr · ``deaf`` ignores SIGTERM and the end of its input · ``child`` has a child of its
own that holds the pipes · ``flood`` writes 4 MB to stderr · ``mute`` closes its output after the handshake ·
``stateless`` speaks 2026-07-28 only · ``strict`` exits at a method that it does not know · ``installing`` prints text
for a while and works before it reads anything · ``slow`` says on stderr what it installs and never comes to an end ·
``broken`` exits with an error of its own · ``announces`` says that its list of tools may change.

Its tools: ``echo``, ``long`` (5 MB in one line), ``die`` (exits instead of answering), ``hang``, ``pids`` (its
own and its child's), ``env`` (its environment), ``ask`` (asks the client for its roots), ``progress``, ``cancelled``
(how many requests were cancelled), ``latin`` (answers with bytes that are not UTF-8), ``broken`` (answers with half a
line and its id), ``nameless`` (with a line without an id), ``talk`` (prints text, then answers), ``pings``
(``number`` of them in one burst, then no answer), ``many`` (2 MB of short values), ``half`` (the first half of 4 MB in
one line; the other half before the next message). The file that ``RAN``
in its environment names gets a line for every tool that runs.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import Any, Final

_TOOLS: Final = (
    "echo", "long", "die", "hang", "pids", "env", "ask", "progress", "cancelled", "latin", "broken", "nameless", "talk",
    "pings", "many", "half",
)  # fmt: skip
_VERSION_KEY: Final = "io.modelcontextprotocol/protocolVersion"


class _Server:
    def __init__(self, kinds: set[str]) -> None:
        self._kinds = kinds
        self._child: subprocess.Popen[bytes] | None = None
        self._cancelled = 0
        #: Of a line, what comes before the next message.
        self._rest = ""

    def run(self) -> None:
        """Answer until the input ends."""
        if "deaf" in self._kinds:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if "child" in self._kinds:
            # It inherits the pipes and survives its parent.
            self._child = subprocess.Popen([sys.executable, "-S", "-c", "import signal; signal.pause()"])
        if "flood" in self._kinds:
            sys.stderr.write("x" * 79 + "\n")
            for _ in range(50_000):
                sys.stderr.write("flood " * 13 + "\n")
        if "broken" in self._kinds:
            sys.exit("Error: the database refused the connection")
        if "exit" in self._kinds:
            sys.stderr.write("no configuration found\n")
            sys.exit(7)
        if self._kinds & {"garbage", "banner"}:
            print("Welcome to the \x1b[1mbest\x1b[0m server!", flush=True)
        if "installing" in self._kinds:
            for package in range(10):
                print(f"added package {package}", flush=True)
                sum(range(2_000_000))
        if "slow" in self._kinds:
            sys.stderr.write("added 12 packages\n")
            sys.stderr.flush()
            signal.pause()
        for line in sys.stdin:
            if not self._kinds & {"silent", "garbage"}:
                self._take(json.loads(line))
        while "deaf" in self._kinds:
            signal.pause()

    def _take(self, message: dict[str, Any]) -> None:
        method, id_ = message.get("method"), message.get("id")
        if self._rest:
            print(self._rest)
            self._rest = ""
        if method == "notifications/initialized" and "mute" in self._kinds:
            os.close(1)
            return
        self._cancelled += method == "notifications/cancelled"
        if method is None or id_ is None:
            return
        if "strict" in self._kinds and method == "server/discover":
            sys.stderr.write("expected initialize request\n")
            sys.exit(1)
        params = message.get("params") or {}
        stateless = _VERSION_KEY in (params.get("_meta") or {})
        if stateless != ("stateless" in self._kinds):
            self._send({"id": id_, "error": {"code": -32601, "message": f"Method not found: {method}"}})
            return
        result = self._result(method, params, id_)
        if result is not None:
            self._send({"id": id_, "result": result | ({"resultType": "complete"} if stateless else {})})

    def _result(self, method: str, params: dict[str, Any], id_: Any) -> dict[str, Any] | None:
        tools = {"listChanged": True} if "announces" in self._kinds else {}
        about = {"capabilities": {"tools": tools}, "serverInfo": {"name": "small", "version": "1"}}
        if method == "initialize":
            return {"protocolVersion": "2025-11-25", **about}
        if method == "server/discover":
            return {"supportedVersions": ["2026-07-28"], **about}
        if method == "tools/list":
            return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in _TOOLS]}
        if method == "tools/call":
            said = self._call(params, id_)
            return None if said is None else {"content": [{"type": "text", "text": said}]}
        return {}

    def _call(self, params: dict[str, Any], id_: Any) -> str | None:
        name, arguments = params["name"], params.get("arguments") or {}
        if "RAN" in os.environ:
            with open(os.environ["RAN"], "a") as ran:  # noqa: PTH123
                print(name, file=ran)
        if name == "die":
            sys.stderr.write("out of cheese\n")
            sys.stderr.flush()
            os._exit(9)
        if name == "hang":
            return None
        if name == "pings":
            number = int(arguments["number"])
            sys.stdout.write("".join(f'{{"jsonrpc":"2.0","id":"p{n}","method":"ping"}}\n' for n in range(number)))
            sys.stdout.flush()
            return None
        if name == "many":
            self._send({"id": id_, "result": {"content": [1] * 1_000_000}})
            return None
        if name == "half":
            half = "x" * 2_000_000
            print(f'{{"jsonrpc":"2.0","id":{id_},"result":{{"text":"{half}', end="", flush=True)
            self._rest = half + '"}}'
            return None
        if name == "ask":
            self._send({"id": "q1", "method": "roots/list"})
            answer = json.loads(sys.stdin.readline())
            return json.dumps(answer.get("result", answer.get("error")))
        if name == "progress":
            token = params["_meta"]["progressToken"]
            for step in (1, 2):
                self._send({"method": "notifications/progress", "params": {"progressToken": token, "progress": step}})
        raw = {
            "latin": b'{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"caf\xe9"}]}}' % id_,
            "broken": b'{"jsonrpc":"2.0","id":%d,"result":{"content":[' % id_,
            "nameless": b'{"jsonrpc":"2.0","result":{"content":[',
        }
        if name in raw:
            os.write(1, raw[name] + b"\n")
            return None
        if name == "talk":
            print("{'level': 'info'}\nloading…", flush=True)
        said = {
            "long": "x" * 5_000_000,
            "pids": json.dumps([os.getpid(), self._child.pid if self._child else None]),
            "env": json.dumps(dict(os.environ)),
            "cancelled": str(self._cancelled),
        }
        return said.get(name, json.dumps(arguments))

    def _send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


if __name__ == "__main__":
    _Server(set(sys.argv[1:])).run()
