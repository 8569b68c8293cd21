"""The root of all errors that a person is meant to read."""

from __future__ import annotations


class McptuiError(Exception):
    """Something failed in a way that the user can understand.

    Args:
        message: what failed and why, one sentence, no secret in it.
        hint: what to do about it.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class NotFoundError(McptuiError):
    """A name that does not exist (exit code 3)."""


class RefusedError(McptuiError):
    """Understood, and not allowed (exit code 4)."""


class UnreachableError(McptuiError):
    """The gateway does not answer (exit code 5)."""


class IncompatibleError(UnreachableError):
    """The gateway that runs is of a version that this one does not understand (exit code 5)."""
