"""Errors in the shape that clients of the OpenAI API expect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mcptui.errors import McptuiError

if TYPE_CHECKING:
    from mcptui.model.runtime import JsonObject

#: What the API knows as the error of a response; a strict client takes no other.
_RESPONSE_CODES: Final = frozenset(
    {
        "server_error", "rate_limit_exceeded", "invalid_prompt", "vector_store_timeout", "invalid_image",
        "invalid_image_format", "invalid_base64_image", "invalid_image_url", "image_too_large", "image_too_small",
        "image_parse_error", "image_content_policy_violation", "invalid_image_mode", "image_file_too_large",
        "unsupported_image_media_type", "empty_image_file", "failed_to_download_image", "image_file_not_found",
    }
)  # fmt: skip


class LlmError(McptuiError):
    """A request to a model was refused, failed, or had no answer.

    ``status`` is the HTTP status, None where there was no answer; ``kind``, ``code`` and ``param`` are those of the
    error object of the OpenAI API; ``retry_after`` is the provider's header. ``context_size`` is how many tokens the
    model takes, where the refusal of a long conversation says it.
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
        context_size: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.retry_after = retry_after
        self.context_size = context_size

    def body(self) -> JsonObject:
        """The error object. The hint belongs to the message: clients show nothing else."""
        message = self.message if self.hint is None else f"{self.message}. {self.hint[:1].upper()}{self.hint[1:]}"
        error: dict[str, Any] = {"message": message, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": error}


def bad_request(message: str, param: str | None = None, code: str | None = None) -> LlmError:
    """The client asked for something that cannot be done: 400."""
    return LlmError(message, status=400, kind="invalid_request_error", param=param, code=code)


def table_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object that a request has for ``name``; empty where it says nothing.

    Raises:
        LlmError: it is something else.
    """
    value = body.get(name)
    if value is not None and not isinstance(value, Mapping):
        raise bad_request(f"{name} must be an object", name)
    return value or {}


def objects_of(value: object, what: str, param: str) -> list[JsonObject]:
    """``value`` as a list of objects; empty where nothing is said.

    Raises:
        LlmError: it is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise bad_request(f"{what} must be a list of objects", param)
    return value


def response_error(error: McptuiError) -> JsonObject:
    """The ``error`` of a response that failed; the hint belongs to the message here too."""
    code, status = (error.code, error.status) if isinstance(error, LlmError) else (None, None)
    if code not in _RESPONSE_CODES:
        code = "rate_limit_exceeded" if status == 429 else "server_error"
    return {"code": code, "message": error.message if error.hint is None else f"{error.message} ({error.hint})"}
