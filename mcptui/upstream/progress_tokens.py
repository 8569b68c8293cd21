"""Tokens by which a client reports progress on what a server asked it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from typing import Any, Final

PROGRESS: Final = "notifications/progress"


class ProgressTokens:
    """The tokens of one connection: unique for its server only, so the client gets others."""

    __slots__ = ("_original",)

    def __init__(self) -> None:
        self._original: dict[str, Any] = {}

    @contextlib.contextmanager
    def replaced(self, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """The params of a question as the client gets them; while it is open, its progress is known."""
        meta = params.get("_meta")
        if not isinstance(meta, dict) or "progressToken" not in meta:
            yield params
            return
        token = f"mcptui-{secrets.token_urlsafe(12)}"
        self._original[token] = meta["progressToken"]
        try:
            yield {**params, "_meta": {**meta, "progressToken": token}}
        finally:
            del self._original[token]

    def restored(self, params: dict[str, Any]) -> dict[str, Any] | None:
        """The params of a progress notification of the client as the server knows them; None for another server's."""
        token = params.get("progressToken")
        original = self._original.get(token) if isinstance(token, str) else None
        return None if original is None else {**params, "progressToken": original}
