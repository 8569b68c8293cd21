"""Paths and methods that are not there, answered as the OpenAI API answers, saying what is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.openai.answer import send_error
from mcptui.gateway.fronts.openai.reply import Reply
from mcptui.llm.errors import LlmError

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Elsewhere:
    """Refuses what no handler of the API takes.

    Args:
        known: the methods of every path.
    """

    def __init__(self, known: Mapping[str, Collection[str]]) -> None:
        self._known = known

    def others(self, path: str) -> tuple[str, ...]:
        """The methods that ``path`` does not have; HEAD is answered like GET."""
        methods = self._known[path]
        return tuple(
            method for method in METHODS if method not in methods and not (method == "HEAD" and "GET" in methods)
        )

    async def refuse_method(self, path: str, incoming: Incoming, reply: Reply) -> None:
        """405: the path has other methods."""
        allowed = ", ".join(sorted(self._known[path]))
        message = f"Not allowed: {incoming.method} {incoming.path}. It takes {allowed}."
        error = LlmError(message, status=405, kind="invalid_request_error", code="method_not_supported")
        await send_error(reply.send, error, [(b"allow", allowed.encode("ascii"))])

    async def refuse_path(self, incoming: Incoming, _: Reply) -> None:
        """404: there is no such path.

        Raises:
            LlmError: always.
        """
        there_is = ", ".join(f"/v1{path}".replace(":path", "") for path in self._known)
        message = f"Invalid URL ({incoming.method} {incoming.path}). There is {there_is}; MCP clients use /mcp."
        raise LlmError(message, status=404, kind="invalid_request_error", code="unknown_url")
