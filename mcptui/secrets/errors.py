"""Errors of secrets; no message ever holds a value."""

from __future__ import annotations

from mcptui.errors import McptuiError


class SecretError(McptuiError):
    """A secret cannot be read or written; ``reference`` is how the state file names it."""

    def __init__(self, message: str, *, hint: str | None = None, reference: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.reference = reference
