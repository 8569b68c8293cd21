"""Cross-origin requests of the web pages that ``cors_origins`` names (Fetch, CORS protocol). Never with cookies.

Not Starlette's middleware: it costs every request 7 µs, also those of programs, which name no origin; and its origins
are those of its start, while these are of the state in effect.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from starlette.types import Send

from mcptui.gateway.fronts.http.incoming import Headers, Incoming

_METHODS: Final = b"GET, POST, DELETE, OPTIONS"
_EXPOSED: Final = b"mcp-session-id, mcp-protocol-version, www-authenticate, retry-after"
#: How long a browser may remember the answer to a preflight, seconds.
_MAX_AGE: Final = b"600"


class Cors:
    """Answers preflights and marks answers; ``origins`` are compared as they are written."""

    def __init__(self, origins: tuple[str, ...]) -> None:
        self._origins = frozenset(origins)

    def allows(self, headers: Mapping[str, list[str]]) -> str | None:
        """The origin of the request, if it is one of those."""
        origin = headers.get("origin")
        return origin[0] if origin is not None and origin[0] in self._origins else None

    async def preflight(self, origin: str, incoming: Incoming) -> None:
        """Allow what the page asks for: which headers matter is decided by the request itself."""
        wanted = ", ".join(incoming.headers.get("access-control-request-headers", [])).encode("latin-1")
        answer = [*_marks(origin), (b"access-control-allow-methods", _METHODS)]
        answer += [(b"access-control-max-age", _MAX_AGE)]
        if wanted:
            answer.append((b"access-control-allow-headers", wanted))
        await incoming.answer_empty(204, answer)

    def marking(self, origin: str, send: Send) -> Send:
        """``send``, with the page allowed to read the answer."""

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                exposed = (b"access-control-expose-headers", _EXPOSED)
                message = {**message, "headers": [*message.get("headers", ()), *_marks(origin), exposed]}
            await send(message)

        return sending


def _marks(origin: str) -> Headers:
    return [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"origin")]
