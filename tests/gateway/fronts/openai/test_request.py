"""One request to the OpenAI API, checked before anything else happens."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.types import Message, Send

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.openai.request import model_of, read_request, refused_key
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.llm.errors import LlmError
from mcptui.model import GatewaySettings, LlmModel
from mcptui.state.loaded import Loaded
from mcptui.stores.bundle import Stores
from tests.support.gateway import key, state

K = KeyPrincipal("k")
SAME = LlmModel(name="same", base_url="https://x/v1", model="same")
OTHER = LlmModel(name="other", base_url="https://x/v1", model="gpt-4o")
HIDDEN = LlmModel(name="hidden", base_url="https://x/v1", model="gpt-4o")


@pytest.fixture
def core() -> Core:
    models = {model.name: model for model in (SAME, OTHER, HIDDEN)}
    described = state(
        key("k", models=("same", "other")),
        models=models,
        gateway=GatewaySettings(max_body_bytes=1024, max_json_values=100),
    )

    async def admit(address: str | None, headers: Any, _: str) -> KeyPrincipal:
        if not headers:
            raise AuthError("missing", "no key")
        return K

    return cast(
        "Core", SimpleNamespace(snapshot=Snapshot(Loaded(described, "r")), admit=admit, stores=Stores.in_memory())
    )


def incoming(body: bytes, **headers: str) -> Incoming:
    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    given = {"authorization": ["Bearer sk-k"], **{name.replace("_", "-"): [value] for name, value in headers.items()}}
    return Incoming("POST", "/v1/responses", b"", given, None, receive, cast("Send", None))


@pytest.mark.parametrize(
    ("model", "sent"), [("same", b'{"model": "same", "x": 1.0}'), ("other", b'{"model":"gpt-4o","x":1.0}')]
)
async def test_the_provider_gets_its_own_name_of_the_model(core: Core, model: str, sent: bytes) -> None:
    raw = json.dumps({"model": model, "x": 1.0}).encode()
    request = await read_request(core, incoming(raw))
    assert (request.principal, request.model.name, request.body["x"]) == (K, model, 1.0)
    assert request.for_provider() == sent


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "not valid JSON"),
        (b"{", 400, "not valid JSON"),
        (b'{"model": "same", "model": "hidden"}', 400, "has a member twice"),
        (b"[]", 400, "must be a JSON object"),
        (b'"same"', 400, "must be a JSON object"),
        (b"{}", 400, "you must provide a model parameter"),
        (b'{"model": ["same"]}', 400, "you must provide a model parameter"),
        (b'{"model": [' + b"1," * 200 + b"1]}", 400, "more than 100 JSON values"),
        (b'{"model": "nobody"}', 404, "does not exist or you do not have access"),
        (b'{"model": "' + b"x" * 1024 + b'"}', 413, "over max_body_bytes"),
    ],
)
async def test_what_is_refused(core: Core, body: bytes, status: int, says: str) -> None:
    with pytest.raises(LlmError, match=says) as error:
        await read_request(core, incoming(body))
    assert (error.value.status, error.value.kind) == (status, "invalid_request_error")


async def test_a_body_that_is_announced_too_large_is_not_read(core: Core) -> None:
    with pytest.raises(LlmError, match="over max_body_bytes"):
        await read_request(core, incoming(b"{}", content_length="1025"))


async def test_without_a_key_nothing_is_read(core: Core) -> None:
    asked = incoming(b"{")
    asked.headers = {}
    with pytest.raises(AuthError):
        await read_request(core, asked)


def test_a_hidden_model_is_as_one_that_does_not_exist(core: Core) -> None:
    said = []
    for name in ("hidden", "nobody"):
        with pytest.raises(LlmError) as error:
            model_of(core, K, name)
        assert (error.value.status, error.value.code, error.value.param) == (404, "model_not_found", "model")
        said.append(error.value.message.replace(name, "…"))
    assert said[0] == said[1]


@pytest.mark.parametrize(("reason", "status"), [("missing", 401), ("network", 403), ("rate", 429)])
def test_the_refusal_of_a_key_has_a_code(reason: str, status: int) -> None:
    error = refused_key(AuthError(reason, "no", status))
    assert (error.status, error.code, error.message) == (status, f"key_{reason}", "no")
