"""Plain requests: the provider's answer as it comes, byte for byte."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from starlette.types import Send

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcptui.llm.connection import Connection

_KEPT_HEADERS: Final = frozenset({"content-type", "retry-after", "retry-after-ms", "x-request-id"})
_KEPT_PREFIXES: Final = ("openai-", "x-ratelimit-")


async def forward(
    connection: Connection,
    method: str,
    path: str,
    body: bytes | None,
    send: Send,
    observe: Callable[[bytes], Awaitable[None]] | None = None,
) -> None:
    """Send a request on and its answer back, a stream piece by piece; ``observe`` sees the pieces of a good one.

    Raises:
        LlmError: the provider gave no answer, or broke off in the middle of it.
    """
    response = await connection.send(method, path, body)
    try:
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in response.headers.items()
            if name in _KEPT_HEADERS or name.startswith(_KEPT_PREFIXES)
        ]
        if response.status_code >= 400:
            refusal = await connection.refusal_text(response)
            headers.append((b"content-length", b"%d" % len(refusal)))
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
            await send({"type": "http.response.body", "body": refusal})
            return
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        is_first = True
        async for piece in connection.pieces(response):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            if is_first:
                # What is written leaves at the end of a round of the event loop: the first byte must not wait for
                # others that are there already.
                is_first = False
                await asyncio.sleep(0)
            if observe is not None:
                await observe(piece)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        await response.aclose()
