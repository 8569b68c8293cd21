"""Errors of the state file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcptui.errors import McptuiError

if TYPE_CHECKING:
    from pathlib import Path


class StateError(McptuiError):
    """The state file cannot be read or written.

    ``message`` says where (``mcptui.toml:12: servers.x.url: …``); ``reason`` is the same without the place.
    """

    def __init__(
        self,
        reason: str,
        *,
        file: Path | None = None,
        line: int | None = None,
        key: str | None = None,
        hint: str | None = None,
    ) -> None:
        where = "" if file is None else file.name if line is None else f"{file.name}:{line}"
        super().__init__(": ".join(part for part in (where, key, reason) if part), hint=hint)
        self.reason = reason
        self.file = file
        self.line = line
        self.key = key
