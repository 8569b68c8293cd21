"""What a model provider answered instead of a completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcptui.errors import McptuiError

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject


class LlmError(McptuiError):
    """The provider refused, failed or could not be reached.

    ``status`` is its HTTP status, None where there was no answer; ``kind`` and ``code`` are those of the error
    object of the OpenAI API.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        status: int | None = None,
        kind: str = "server_error",
        code: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.kind = kind
        self.code = code

    def body(self) -> JsonObject:
        """The error as a client of the OpenAI API expects it."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "param": None, "code": self.code}
        return {"error": error}
