"""Errors in the shape that clients of the OpenAI API expect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcptui.errors import McptuiError

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject


class LlmError(McptuiError):
    """A request to a model was refused, failed, or had no answer.

    ``status`` is the HTTP status, None where there was no answer; ``kind``, ``code`` and ``param`` are those of the
    error object of the OpenAI API; ``retry_after`` is the provider's header.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        status: int | None = None,
        kind: str = "server_error",
        code: str | None = None,
        param: str | None = None,
        retry_after: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.retry_after = retry_after

    def body(self) -> JsonObject:
        """The error object. The hint belongs to the message: clients show nothing else."""
        message = self.message if self.hint is None else f"{self.message}. {self.hint[:1].upper()}{self.hint[1:]}"
        error: dict[str, Any] = {"message": message, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": error}


def bad_request(message: str, param: str | None = None, code: str | None = None) -> LlmError:
    """The client asked for something that cannot be done: 400."""
    return LlmError(message, status=400, kind="invalid_request_error", param=param, code=code)
