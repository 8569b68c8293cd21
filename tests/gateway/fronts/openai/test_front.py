"""Paths of the API, and how every error becomes an answer."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.openai.front import _answer, _starting_after
from mcptui.gateway.fronts.openai.reply import Reply
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.llm.errors import LlmError, bad_request
from tests.support.rig import Rig


@pytest.mark.parametrize("prefix", ["/v1", ""])
async def test_models_are_those_of_the_key_under_both_prefixes(rig: Rig, prefix: str) -> None:
    headers = {"authorization": "Bearer sk-all"}
    listed = (await rig.http.get(f"{rig.gateway.url}{prefix}/models", headers=headers)).json()
    names = [model["id"] for model in listed["data"]]
    assert set(names) == set(rig.state.models)
    for name in names:
        found = await rig.http.get(f"{rig.gateway.url}{prefix}/models/{name}", headers=headers)
        assert (found.status_code, found.json()["id"]) == (200, name)
    missing = await rig.http.get(f"{rig.gateway.url}{prefix}/models/none/such", headers=headers)
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(
    ("query", "after"),
    [
        (b"", None),
        (b"stream=false&starting_after=3", None),
        (b"stream=true", -1),
        (b"stream=1&starting_after=3", 3),
        (b"stream=TRUE&starting_after=x", -1),
        (b"stream=true&starting_after=-3", -1),
        (b"stream=true&starting_after=3&starting_after=4", 3),
    ],
)
def test_where_a_stream_goes_on(query: bytes, after: int | None) -> None:
    assert _starting_after(Incoming("GET", "/v1/responses/x", query, {}, None, None, None)) == after  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (AuthError("missing", "no key"), 401, "no key"),
        (bad_request("odd", "tools"), 400, "odd"),
        (LlmError("busy", status=429), 429, "busy"),
        # What failed in here is no business of a client.
        (RuntimeError("canary"), 500, "Internal error of the gateway"),
    ],
)
async def test_every_error_becomes_an_answer(error: Exception, status: int, says: str) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def handler(_: Incoming, __: Reply) -> None:
        raise error

    await _answer(handler, Incoming("POST", "/v1/x", b"", {}, None, None, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == status
    body = b"".join(message.get("body", b"") for message in sent[1:])
    assert says.encode() in body
    assert b"canary" not in body
