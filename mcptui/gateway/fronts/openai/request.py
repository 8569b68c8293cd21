"""One request to the OpenAI API, checked: who asks, for which model, with which body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.incoming import BodyTooLargeError, Incoming
from mcptui.gateway.fronts.openai.file_owners import FileOwners
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.errors import LlmError, bad_request
from mcptui.model import GatewaySettings, LlmModel
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.jsonrpc import TooManyValuesError
from mcptui.tasks import beside_others


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """A request for a model that the principal may use."""

    principal: KeyPrincipal
    headers: Mapping[str, list[str]] = field(repr=False)
    model: LlmModel
    raw: bytes
    body: dict[str, Any]

    @property
    def streams(self) -> bool:
        """Whether the answer is to be a stream."""
        return self.body.get("stream") is True

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.raw)

    def for_provider(self) -> bytes:
        """The body with the provider's name of the model; untouched where that is the same."""
        if self.model.model == self.model.name:
            return self.raw
        return jsonrpc.encode({**self.body, "model": self.model.model})


def refused_key(error: AuthError) -> LlmError:
    """The refusal of a key, as a client of the OpenAI API expects it."""
    code = f"key_{error.reason}"
    return LlmError(error.message, status=error.status, kind="invalid_request_error", code=code)


async def read_request(core: Core, incoming: Incoming) -> ModelRequest:
    """Check and decode a request.

    Raises:
        AuthError: no key, or one that must not be used.
        LlmError: no such model for this key, a malformed body, or one that names a file of another key.
    """
    principal = await core.admit(incoming.address, incoming.headers, incoming.what)
    limits = core.snapshot.state.gateway
    try:
        raw = await incoming.body(limits.max_body_bytes)
    except BodyTooLargeError:
        raise too_large() from None
    body = await decode(raw, limits)
    model = model_of(core, principal, body.get("model"))
    await FileOwners(core).require_own(raw, body, principal, model)
    return ModelRequest(principal, incoming.headers, model, raw, body)


def too_large() -> LlmError:
    """The body has more than max_body_bytes."""
    message = "The body is over max_body_bytes."
    return LlmError(message, status=413, kind="invalid_request_error", code="too_large")


async def decode(raw: bytes, limits: GatewaySettings) -> dict[str, Any]:
    """The object that a body is.

    Raises:
        LlmError: it is something else, or has too many values.
    """
    try:
        body = await beside_others(len(raw), jsonrpc.decode_bounded, raw, limits.max_json_values)
    except TooManyValuesError as error:
        raise bad_request(error.message) from None
    except RpcError:
        raise bad_request("The body is not valid JSON, or has a member twice.") from None
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object.")
    return body


def model_of(core: Core, principal: KeyPrincipal, name: object) -> LlmModel:
    """The model ``name``, if the principal may use it.

    Raises:
        LlmError: it may not; the answer is that of a model that does not exist.
    """
    if not isinstance(name, str):
        raise bad_request("you must provide a model parameter", "model")
    snapshot = core.snapshot
    if not snapshot.access(principal).model(name).allowed:
        raise LlmError(
            f"The model '{name}' does not exist or you do not have access to it",
            status=404,
            kind="invalid_request_error",
            code="model_not_found",
            param="model",
        )
    return snapshot.state.models[name]
