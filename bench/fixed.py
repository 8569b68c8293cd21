"""Answers every POST with the bytes of a file: the floor for lists. ``python -m bench.fixed FILE`` prints its port."""

from __future__ import annotations

import sys
from pathlib import Path

from starlette.types import Receive, Scope, Send

from bench.serve import serve


class Fixed:
    """Reads the request, sends the bytes."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body", False):
            pass
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self._body))]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": self._body})


if __name__ == "__main__":
    serve(Fixed(Path(sys.argv[1]).read_bytes()))
