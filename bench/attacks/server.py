"""A server that does harm on request, over Streamable HTTP: ``python -m bench.attacks.server``
prints its port.

Its tools: ``ok``; ``pings``, a flood of requests on the stream of the call; ``values_60`` and ``values_100``, so many
MB with a value in every three bytes; ``trailers`` without an end; ``slow``, an answer after ten seconds; ``updates``, a
flood of notifications that a resource has changed, on the stream of the session; ``large``, an answer of 16 MB;
``told``, the same on a stream, behind a notification; ``stalls``, the first half of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any, Final

_TOOLS: Final = ("ok", "pings", "values_60", "values_100", "trailers", "slow", "updates", "large", "told", "stalls")
#: A regular expression made of it takes a time that grows with the eighth power of the URI's length.
_TEMPLATE: Final = "".join(f"{{+{name}}}" for name in "abcdefgh") + "!"
_PINGS: Final = 100_000
_UPDATES: Final = 200_000
#: Put in place of a word where it is due: encoding it would keep the server busy instead of the gateway.
_LARGE: Final = b"ok" * (8 * 2**20)
_JSON: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nmcp-session-id: s\r\n"
_EVENTS: Final = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"


class HostileServer:
    """Every request on a connection of its own, or one after another on the same."""

    def __init__(self) -> None:
        self._streams: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the gateway."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"GET"):
                    writer.write(_EVENTS)
                    self._streams.add(writer)
                    await reader.read()
                    break
                fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
                body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
                await self._answer(json.loads(body) if body else {}, writer)
        self._streams.discard(writer)
        writer.close()

    async def _answer(self, message: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        method, id_ = message.get("method"), message.get("id")
        if method is None or id_ is None:
            writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
            return
        name = message["params"]["name"] if method == "tools/call" else ""
        match name.split("_"):
            case ["pings"]:
                await self._pings(writer)
            case ["values", megabytes]:
                await self._values(id_, int(megabytes), writer)
            case ["told"]:
                self._tell(id_, writer)
            case ["stalls"]:
                writer.write(_JSON + b"content-length: %d\r\n\r\n" % len(_LARGE) + _LARGE[: len(_LARGE) // 2])
                await asyncio.sleep(30)
            case ["trailers"]:
                await self._trailers(writer)
            case _:
                await self._late(name)
                self._write(id_, method, writer, "LARGE" if name == "large" else "ok")

    async def _late(self, name: str) -> None:
        """What comes before the answer."""
        if name == "slow":
            await asyncio.sleep(10)
        if name == "updates":
            await self._updates()

    @staticmethod
    def _write(id_: Any, method: str, writer: asyncio.StreamWriter, text: str) -> None:
        body = json.dumps({"jsonrpc": "2.0", "id": id_, **_said(method, text)}).encode().replace(b"LARGE", _LARGE)
        writer.write(_JSON + b"content-length: %d\r\n\r\n" % len(body) + body)

    async def _pings(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_EVENTS)
        for number in range(_PINGS):
            writer.write(b'data: {"jsonrpc":"2.0","id":"p%d","method":"ping"}\n\n' % number)
            if number % 1_000 == 0:
                await writer.drain()

    async def _values(self, id_: Any, megabytes: int, writer: asyncio.StreamWriter) -> None:
        start = json.dumps({"jsonrpc": "2.0", "id": id_}).encode()[:-1] + b',"result":{"content":['
        part = b"{}," * (10**6 // 3)
        writer.write(_JSON + b"content-length: %d\r\n\r\n" % (len(start) + megabytes * len(part) + 5) + start)
        for _ in range(megabytes):
            writer.write(part)
            await writer.drain()
        writer.write(b"{}" + b"]}}")

    @staticmethod
    def _tell(id_: Any, writer: asyncio.StreamWriter) -> None:
        note = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "error", "data": "now"}}
        answer = {"jsonrpc": "2.0", "id": id_, **_said("tools/call", "LARGE")}
        events = b"".join(b"data: %b\n\n" % json.dumps(each).encode() for each in (note, answer))
        writer.write(_EVENTS + events.replace(b"LARGE", _LARGE))
        writer.close()

    async def _trailers(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_JSON + b"transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
        while True:
            writer.write(b"a: b\r\n" * 10_000)
            await writer.drain()

    async def _updates(self) -> None:
        for number in range(_UPDATES):
            for stream in list(self._streams):
                stream.write(
                    b'data: {"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"u:1"}}\n\n'
                )
                if number % 500 == 0:
                    with contextlib.suppress(ConnectionError):
                        await stream.drain()


def _said(method: str, text: str) -> dict[str, Any]:
    """A result of a server of the handshake era; that of a call is ``text``."""
    if method == "initialize":
        capabilities: dict[str, Any] = {"tools": {}, "resources": {"subscribe": True}}
        return {
            "result": {"protocolVersion": "2025-11-25", "capabilities": capabilities, "serverInfo": {"name": "bad"}}
        }
    if method == "tools/list":
        return {"result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in _TOOLS]}}
    if method == "resources/list":
        return {"result": {"resources": [{"uri": "u:1", "name": "one"}]}}
    if method == "resources/templates/list":
        return {"result": {"resourceTemplates": [{"uriTemplate": _TEMPLATE, "name": "any"}]}}
    if method in ("tools/call", "resources/subscribe", "ping"):
        return {"result": {"content": [{"type": "text", "text": text}]}}
    return {"error": {"code": -32601, "message": "Method not found"}}


async def _main() -> None:
    server = await asyncio.start_server(HostileServer().serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
